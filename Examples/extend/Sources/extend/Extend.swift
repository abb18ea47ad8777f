import Foundation
import PartitaConfig
import PartitaDevice
import PartitaMPI
import PartitaTraining
import PartitaTransport

// How do I train?
//
//   extend CONFIG [SECTION.KEY=VALUE ...]
//
// Under mpirun every rank runs this; without, one rank does it all.

@main
struct Extend {
  static func main() {
    let mpi: MPITransport?
    do {
      mpi = MPIEnvironment.current == nil ? nil : try MPITransport.start()
    } catch {
      complain(error)
      exit(1)
    }
    let transport: any Transport = mpi ?? LoopbackTransport.solo()
    do {
      try train(over: transport)
      try mpi?.finish()
    } catch {
      // The other ranks would wait for this one.
      complain(error)
      transport.abort(code: 1)
    }
  }

  /// Trains what the arguments name; rank 0 prints.
  /// - Throws: what keeps this rank from running, or stops it.
  static func train(over transport: any Transport) throws {
    let config = try TrainingConfig(
      contentsOf: CommandLine.arguments.dropFirst().first ?? "extend.yaml",
      overrides: Array(CommandLine.arguments.dropFirst(2)), catalogue: .extended())
    let experiment = try Experiment(
      config, data: config.describeData(), worldSize: transport.size)
    let trainer = try Trainer(
      experiment,
      dataset: experiment.readsData(rank: transport.rank) ? try config.loadData() : nil,
      device: makeDevice(), transport: transport)
    // A Double is printed with as many digits as tell it from all others: equal lines, equal bits.
    try trainer.run { event in
      guard transport.rank == 0 else { return }
      switch event {
      case .step(let step): print("step \(step.step): loss \(step.loss)")
      case .epoch(let epoch): print("epoch \(epoch.epoch): loss \(epoch.trainLoss)")
      case .checkpoint, .best: break
      case .end(let end):
        print("right answers: \(end.testAccuracy.map { "\($0)" } ?? "-")")
        print("weights: \(weightsDigest(end.weights))")
      }
    }
  }

  private static func complain(_ error: any Error) {
    FileHandle.standardError.write(Data("extend: \(error)\n".utf8))
  }
}
