import ArgumentParser
import Foundation
import PartitaConfig
import PartitaCurvature
import PartitaDevice
import PartitaFiles
import PartitaMPI
import PartitaRuntime
import PartitaStudy
import PartitaTraining
import PartitaTransport

/// One rank's part in a command that trains: from the first MPI call to the last.
struct RankSession {
  let transport: any Transport
  private let mpi: MPITransport?
  /// The host of this rank.
  let host: RankHost

  /// Joins the other ranks of a job, and agrees with them on the command line.
  ///
  /// Ends the process where a launcher is at work that MPI doesn't know, where a rank can't read its
  /// line, and where two ranks have different ones.
  static func join(_ line: CommandLineFacts, problem: LineProblem?) throws -> RankSession {
    let mpi = try MPITransport.start { Console.complain($0) }
    refuseForeignLauncher(size: mpi.size)
    let session = RankSession(transport: mpi, mpi: mpi, host: try RankHost(mpi))
    try session.agree(onLine: line, problem)
    return session
  }

  /// The session of a process that is the only rank.
  static func alone() throws -> RankSession {
    guard MPIEnvironment.current != nil else {
      refuseForeignLauncher(size: 1)
      let solo = LoopbackTransport.solo()
      return RankSession(transport: solo, mpi: nil, host: try RankHost(solo))
    }
    let mpi = try MPITransport.start { Console.complain($0) }
    refuseForeignLauncher(size: mpi.size)
    return RankSession(transport: mpi, mpi: mpi, host: try RankHost(mpi))
  }

  private static func refuseForeignLauncher(size: Int) {
    let environment = ProcessInfo.processInfo.environment
    guard let problem = ForeignLauncher.problem(size: size, variable: { environment[$0] }) else {
      return
    }
    if ForeignLauncher.speaks(variable: { environment[$0] }) { Console.complain(problem) }
    StandardStreams.leave(1)
  }

  /// The message layer, with its version.
  var library: String { mpi == nil ? "none" : MPITransport.library }

  /// The hosts of all ranks.
  var hosts: [BenchRecord.Host] { host.all }

  /// Whether this rank speaks for the run.
  var speaks: Bool { transport.rank == 0 }

  /// How the warning ends that ranks share cores: a remark, no complaint.
  static let sharedCoresWarning = "expect no speed-up"

  /// Says it when ranks have to share cores: that is fine for a test, and no way to gain speed.
  func warnOfSharedCores() {
    guard speaks, host.ranks > host.cores else { return }
    let quota = host.quota.map { $0 < Double(host.cores + 1) } ?? false
    let cores =
      quota
      ? "\(host.quota ?? 0) cores, a quota of their control group"
      : host.cores == 1 ? "1 core" : "\(host.cores) cores"
    Console.say(
      "partita: \(host.ranks) \(host.ranks == 1 ? "rank has" : "ranks share") \(cores): "
        + "\(Self.sharedCoresWarning)\n")
  }

  /// Sees to it that messages move while kernels run, as far as the transport does it by itself.
  ///
  /// - Returns: what has been chosen for this rank. Unless that is `waiting`, whoever runs kernels
  ///   polls between them: a thread naps longer than a short kernel takes.
  func startProgress(_ wanted: ProgressConfig) throws -> ProgressConfig {
    guard let mpi, mpi.size > 1 else { return .waiting }
    let chosen = wanted.resolved(
      ranks: mpi.size, localRanks: host.ranks, cores: host.cores)
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
  /// - Parameter onFailure: told the words before the process ends.
  func perform(onFailure: (String) -> Void = { _ in }, _ body: () throws -> Void) throws {
    do {
      try body()
    } catch let error where error is TrainingError || error is CurvatureError {
      onFailure("\(error)")
      if speaks { Console.complain("\(error)") }
      try finish()
      throw ExitCode.failure
    } catch let code as ExitCode {
      throw code
    } catch let error as RuntimeError where error.isLoss {
      throw error
    } catch TransportError.ranksLost(let call) {
      throw TransportError.ranksLost(call: call)
    } catch {
      onFailure("\(error)")
      Console.complain("\(error)")
      TemporaryPaths.removeAll()
      transport.abort(code: 1)
    }
  }

  /// Ends all ranks alike where they have found out different things.
  func agree(on facts: [Fact]) throws {
    guard let difference = try Agreement.difference(in: facts, over: transport) else { return }
    if speaks { Console.complain(difference) }
    try finish()
    throw ExitCode.failure
  }

  /// The session of the ranks that are left after one was lost; all of them must call it.
  func survivors() throws -> RankSession {
    guard let mpi else { throw ExitCode.failure }
    let left = try mpi.survivors()
    return RankSession(transport: left, mpi: left, host: try RankHost(left))
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
