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

  @OptionGroup var config: ConfigOptions

  @Option(help: "Stops after this many steps.")
  var steps: Int?

  @Option(
    defaultAsFlag: "",
    help: ArgumentHelp(
      "Goes on from a checkpoint, or from the newest of a run's folder; without a path, with the "
        + "newest run of output.directory that has not finished.", valueName: "path"))
  var resume: String?

  @Option(
    help: ArgumentHelp(
      "With --resume, a key or section that may differ from the checkpoint's; may be given "
        + "several times. parallel and output always may.", valueName: "key.path"))
  var allowChange: [String] = []

  @OptionGroup var trace: TraceOptions

  @Flag(
    help:
      "Where the configuration leaves the plan open, plans by computed costs, not measured ones.")
  var analytic = false

  @Flag(help: "Standard output is JSON lines only: step, epoch and end events.")
  var json = false

  @Flag(help: "Says nothing on standard output.")
  var quiet = false

  /// How the run speaks.
  var voice: Voice { json ? .json : quiet ? .nothing : .words }

  mutating func validate() throws {
    try checkOutputs(["--trace": trace.output], json: json)
    if json, quiet { throw ValidationError("--quiet says nothing, --json lines: give one of them") }
    if let steps, steps < 1 {
      throw ValidationError("--steps takes a number above 0, not \(steps)")
    }
    if !allowChange.isEmpty, resume == nil {
      throw ValidationError("--allow-change goes with --resume")
    }
  }

  /// The code of a run that was stopped and can go on: EX_TEMPFAIL, what `scontrol requeue` is for.
  static let stoppedCode: Int32 = 75

  func run(on session: RankSession) throws {
    lendOutput(to: trace.output)
    let stop = StopRequest()
    var (session, job) = (session, TrainingJob(self, stop))
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
