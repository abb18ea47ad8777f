import ArgumentParser
import Foundation
import PartitaConfig
import PartitaDevice
import PartitaFiles
import PartitaRuntime
import PartitaTraining
import PartitaTransport
import Synchronization

/// `partita train`.
struct TrainCommand: RankCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Trains the network of a configuration on the ranks that mpirun started.",
    discussion: """
      Writes config.yaml, run.json, metrics.jsonl, weights.safetensors and checkpoints to \
      output.directory. Rank 0 speaks for all. Asked to stop by SIGUSR1, SIGTERM or SIGINT, all \
      ranks save where they stand and end together with code 75; --resume goes on from there, \
      under any plan.
      """)

  @OptionGroup var options: TrainOptions

  /// The code of a run that was stopped and can go on: EX_TEMPFAIL, what `scontrol requeue` is for.
  static let stoppedCode: Int32 = 75

  func run(on session: RankSession) throws {
    lendOutput(to: options.trace.output)
    let stop = StopRequest()
    var (session, job) = (session, TrainingJob(options, stop))
    while true {
      do {
        return try job.run(on: session)
      } catch let loss where isLoss(loss) {
        session = try job.recover(from: session)
      }
    }
  }

  /// Whether an error says that another rank was lost, and that this one can go on.
  private func isLoss(_ error: any Error) -> Bool {
    switch error {
    case let error as RuntimeError: error.isLoss
    case TransportError.ranksLost: true
    default: false
    }
  }
}

/// Whether this rank was asked to stop.
final class StopRequest: Sendable {
  private let flag = Atomic(false)

  func ask() { flag.store(true, ordering: .relaxed) }

  var isAsked: Bool { flag.load(ordering: .relaxed) }
}
