import ArgumentParser
import Foundation
import PartitaConfig
import PartitaFiles
import PartitaPlan
import PartitaRuntime
import PartitaSchedule
import PartitaTraining

/// `partita bench`.
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measures the seconds of a training step: median, least and most over steps.",
    discussion: """
      Of each step the slowest rank counts. Nothing is written to disk but the trace, which shows \
      the step of median length.
      """)

  @OptionGroup var config: ConfigOptions

  @Option(help: "Steps that are measured.")
  var steps = 30

  @Option(help: "Steps before that, which don't count.")
  var warmup = 5

  @OptionGroup var trace: TraceOptions

  @Flag(help: "Prints one line of JSON.")
  var json = false

  mutating func validate() throws {
    if steps < 1 { throw ValidationError("--steps takes a number above 0, not \(steps)") }
    if warmup < 0 { throw ValidationError("--warmup takes a number from 0 on, not \(warmup)") }
  }

  func run() throws {
    let session = try RankSession()
    let prepared = try session.prepare {
      try PreparedRun(try config.load(), session)
    }
    let traceFile = try session.prepare { try session.speaks ? trace.file() : nil }
    let predicted = try session.prepare {
      try session.speaks ? trace.prediction(of: prepared.experiment) : nil
    }
    session.warnOfSharedCores()
    try session.perform {
      let measured = try prepared.trainer.measure(
        steps: steps, warmup: warmup, tracing: trace.isWanted)
      if session.speaks { report(prepared.experiment, measured) }
      if let traceFile, let step = measured.trace {
        try trace.write(step, predicted: predicted, to: traceFile)
      }
    }
    try session.finish()
  }

  private func report(_ experiment: Experiment, _ measured: StepMeasurement) {
    let (sorted, median, loss) = (measured.sorted, measured.median, measured.loss)
    let loop = experiment.config.training
    let name = URL(fileURLWithPath: config.path).deletingPathExtension().lastPathComponent
    let rate = Double(loop.batch) / median
    guard json else {
      Console.print(
        String(
          format: "%@: %.6f s a step (%.6f to %.6f), %.0f samples/s, loss %.6f", name, median,
          sorted[0], sorted[sorted.count - 1], rate, loss))
      return
    }
    var record: [(String, JSON)] = [
      ("case", .string(name)), ("plan", .string("\(experiment.plan)")),
      ("schedule", .string(experiment.config.parallel.schedule.words)),
      ("ranks", .integer(experiment.plan.worldSize)), ("batch", .integer(loop.batch)),
      ("microbatches", .integer(loop.microbatches)), ("seconds_per_step", .number(median)),
      ("samples_per_second", .number(rate)), ("min", .number(sorted[0])),
      ("max", .number(sorted[sorted.count - 1])), ("loss", .number(loss)),
      ("arena_bytes", .array(measured.arenaBytes.map { .integer($0) })),
      ("grown_bytes", .array(measured.grownBytes.map { .integer($0) })),
    ]
    if let step = measured.trace {
      record.append(("traced", .number(step.trace.makespan)))
      record.append(("traced_with_free_messages", .number(step.secondsWithFreeMessages)))
    }
    Console.print("\(JSON(members: record))")
  }
}
