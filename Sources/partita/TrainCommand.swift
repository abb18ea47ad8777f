import ArgumentParser
import Foundation
import PartitaConfig
import PartitaDevice
import PartitaFiles
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

  @Flag(help: "Standard output is JSON lines only: step, epoch and end events.")
  var json = false

  mutating func validate() throws {
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
    let config = try session.agreedConfig {
      let config = try self.config.load()
      return try steps.map { try config.with(steps: $0) } ?? config
    }
    let resumption = try resume.flatMap {
      try Resumption.find($0, config, allowed: allowChange, session)
    }
    let prepared = try PreparedRun(config, session, resumption)
    let traceFile = try session.prepare { try session.speaks ? trace.file() : nil }
    let predicted = try session.prepare {
      try session.speaks ? trace.prediction(of: prepared.experiment) : nil
    }
    // Only when every rank could be set up is anything written.
    let output = try RunOutput(prepared, resumption, session, json: json)
    output.journal?.begin(prepared.experiment)
    session.warnOfSharedCores()
    let stop = StopRequest()
    Signals.listen { _ in stop.ask() }
    var control = RunControl()
    control.place = output.place
    control.isStopRequested = { stop.isAsked }
    control.complain = { Console.complain($0) }
    control.isTracing = trace.isWanted
    let noteFailure = { (problem: String) -> Void in
      try? output.journal?.end(.failed, problem: problem)
    }
    try session.perform(onFailure: noteFailure) {
      let ending = try prepared.trainer.run(control) { event in
        try output.journal?.record(event)
      }
      Signals.listen(nil)
      if let traceFile, let step = ending.trace {
        try trace.write(step, predicted: predicted, to: traceFile)
      }
      guard let stopped = ending.stopped else { return }
      try output.journal?.stopped(
        afterStep: stopped.step, checkpoint: stopped.checkpoint, config: self.config.path)
      try session.finish()
      throw ExitCode(Self.stoppedCode)
    }
    try session.finish()
  }
}

/// Whether this rank was asked to stop.
final class StopRequest: Sendable {
  private let flag = Atomic(false)

  func ask() { flag.store(true, ordering: .relaxed) }

  var isAsked: Bool { flag.load(ordering: .relaxed) }
}
