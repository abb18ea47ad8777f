import ArgumentParser
import Foundation
import PartitaConfig
import PartitaDevice
import PartitaMPI
import PartitaTraining
import PartitaTransport

/// One rank's part in a command that trains: from the first MPI call to the last.
struct RankSession {
  let transport: any Transport
  private let mpi: MPITransport?

  /// Joins the other ranks, or is the only one.
  init() throws {
    if MPIEnvironment.current != nil {
      let mpi = try MPITransport.start()
      self.mpi = mpi
      transport = mpi
    } else {
      mpi = nil
      transport = LoopbackTransport.solo()
    }
  }

  /// Whether this rank speaks for the run.
  var speaks: Bool { transport.rank == 0 }

  /// How the warning ends that ranks share cores: a remark, no complaint.
  static let sharedCoresWarning = "expect no speed-up"

  /// Says it when ranks have to share cores: that is fine for a test, and no way to gain speed.
  func warnOfSharedCores() {
    let ranks = MPIEnvironment.current?.localSize ?? 1
    let cores = Cores.availableToRanks
    guard speaks, ranks > cores else { return }
    Console.say(
      "partita: \(ranks) ranks share \(cores) \(cores == 1 ? "core" : "cores"): \(Self.sharedCoresWarning)\n"
    )
  }

  /// Sees to it that messages move while kernels run, as far as the transport does it by itself.
  ///
  /// - Returns: what has been chosen for this rank. Unless that is `waiting`, whoever runs kernels
  ///   polls between them: a thread naps longer than a short kernel takes.
  func startProgress(_ wanted: ProgressConfig) throws -> ProgressConfig {
    guard let mpi, mpi.size > 1 else { return .waiting }
    let chosen = wanted.resolved(
      ranks: mpi.size, localRanks: MPIEnvironment.current?.localSize ?? mpi.size,
      cores: Cores.availableToRanks)
    guard chosen == .thread, !mpi.startProgressThread() else { return chosen }
    guard wanted == .auto else { throw NoProgressThread() }
    return .polling
  }

  /// Prepares something on every rank and agrees on whether all of them could: the lowest failing
  /// rank speaks, and all exit alike.
  func prepare<Result>(_ body: () throws -> Result) throws -> Result {
    var outcome: Swift.Result<Result, any Error>
    do { outcome = .success(try body()) } catch { outcome = .failure(error) }
    var words: String?
    if case .failure(let error) = outcome { words = "\(error)" }
    if let failure = try transport.agree(on: words) {
      if transport.rank == failure.rank { Console.complain(failure.message) }
      try finish()
      throw ExitCode.failure
    }
    return try outcome.get()
  }

  /// Runs what all ranks do together. What all ranks notice at once ends them alike; what only
  /// this one noticed is said here and ends the others.
  func perform(_ body: () throws -> Void) throws {
    do {
      try body()
    } catch let error as TrainingError {
      if speaks { Console.complain("\(error)") }
      try finish()
      throw ExitCode.failure
    } catch {
      Console.complain("\(error)")
      transport.abort(code: 1)
    }
  }

  /// Leaves MPI.
  func finish() throws { try mpi?.finish() }
}

/// A configuration asks for a thread that can't be had.
struct NoProgressThread: Error, CustomStringConvertible {
  let description =
    "parallel.progress: this MPI library or this system gives no thread for messages: "
    + "use polling, or auto"
}
