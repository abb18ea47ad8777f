import ArgumentParser
import Foundation
import PartitaConfig
import PartitaDevice
import PartitaFiles
import PartitaPlan
import PartitaReport
import PartitaRuntime
import PartitaSchedule
import PartitaStudy
import PartitaTraining
import PartitaTransport

/// `partita bench`.
struct BenchCommand: RankCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measures the seconds of a training step: median, least and most over steps.",
    discussion: """
      Of each step the slowest rank counts. Nothing is written to disk but the trace, which shows \
      the step of median length.
      """)

  @OptionGroup var config: ConfigOptions

  @OptionGroup var start: RankOptions

  @Option(help: "Steps that are measured.")
  var steps = 30

  @Option(help: "Steps before that, which don't count.")
  var warmup = 5

  @OptionGroup var trace: TraceOptions

  @OptionGroup var roofline: RooflineOptions

  @Flag(
    help:
      "Where the configuration leaves the plan open, plans by computed costs, not measured ones.")
  var analytic = false

  @Flag(help: "Trains and lets go of all before, so that grown_bytes is of one run alone.")
  var warm = false

  @Flag(help: "Prints one line of JSON.")
  var json = false

  mutating func validate() throws {
    try checkOutputs(["--trace": trace.output, "--page": roofline.page], json: json)
    if steps < 1 { throw ValidationError("--steps takes a number above 0, not \(steps)") }
    if warmup < 0 { throw ValidationError("--warmup takes a number from 0 on, not \(warmup)") }
  }

  var ranksToStart: Int? { start.ranks }

  func run(on session: RankSession) throws {
    lendOutput(to: trace.output)
    let config = try session.handed(self.config)
    if roofline.roofline { return try runRoofline(config, session) }
    let prepared = try PreparedRun(
      try session.agreedConfig { try config.load() }, session,
      planning: analytic ? .analytic : .measured, isWarm: warm)
    let traceFile = try session.prepare { try session.speaks ? trace.file() : nil }
    let predicted = try session.prepare {
      try session.speaks ? trace.prediction(of: prepared.experiment) : nil
    }
    session.warnOfSharedCores()
    try session.perform {
      let measured = try prepared.trainer.measure(
        steps: steps, warmup: warmup, tracing: trace.isWanted)
      if session.speaks { report(prepared.experiment, measured, session.hosts) }
      if let traceFile, let step = measured.trace {
        try trace.write(step, predicted: predicted, to: traceFile)
      }
    }
    try session.finish()
  }

  private func runRoofline(_ options: ConfigOptions, _ session: RankSession) throws {
    let device = CPUDevice()
    let clock = KernelClock()
    let prepared = try PreparedRun(
      try session.agreedConfig { try options.load() }, session, planning: .analytic, device: device)
    try session.prepare {
      guard session.transport.size == 1 else {
        throw Refusal(
          words:
            "--roofline is of one rank's kernels, and there are \(session.transport.size) ranks")
      }
    }
    try session.perform {
      device.clock = clock
      let seconds = try prepared.trainer.measureKernels(by: clock, steps: steps, warmup: warmup)
      let found = try Roofline(
        prepared.experiment.config.name, stepSeconds: seconds, clock.rows,
        .measured(workingBytes: prepared.trainer.arenaBytes))
      try roofline.page?.write(
        found.html(
          command: (["partita"] + Partita.words).joined(separator: " "),
          facts: MachineFacts.all(measuredIn: nil)))
      if json { return Console.print("\(found.json)") }
      for line in found.lines { Console.print(line) }
    }
    try session.finish()
  }

  private func report(
    _ experiment: Experiment, _ measured: StepMeasurement, _ hosts: [BenchRecord.Host]
  ) {
    let record = BenchRecord(experiment, measured, hosts: hosts)
    guard !json else { return Console.print("\(record.json)") }
    Console.print(
      String(
        format: "%@: %.6f s a step (%.6f to %.6f), %.0f samples/s, loss %.6f", record.name,
        record.secondsPerStep, record.leastSeconds, record.mostSeconds, record.samplesPerSecond,
        record.loss))
  }
}
