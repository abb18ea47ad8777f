import ArgumentParser
import Foundation
import PartitaRuntime
import PartitaSchedule
import PartitaTraining

/// What every verb that can trace a step takes.
struct TraceOptions: ParsableArguments {
  @Option(
    name: .customLong("trace"),
    help: ArgumentHelp(
      "Writes a trace of one step, for Perfetto or chrome://tracing.", valueName: "file"))
  var path: String?

  /// Whether a trace has been asked for.
  var isWanted: Bool { path != nil }

  /// The file, made sure of; nil where none is wanted.
  func file() throws -> TraceFile? { try path.map { try TraceFile($0) } }

  /// Writes a step, and says how well the ranks' clocks agree.
  func write(_ step: MeasuredStep, to file: TraceFile) throws {
    let microseconds = String(format: "%.1f", step.clockUncertaintySeconds * 1e6)
    let free = String(
      format: "%.6f s, %.6f s if messages were free", step.trace.makespan,
      step.secondsWithFreeMessages)
    try file.write(
      [("measured", step.trace)],
      notes: [
        ("clocks", "the ranks' clocks agree to within \(microseconds) microseconds"),
        ("step", free),
      ])
    Console.say(
      "partita: trace of a step in \(file.path); clocks agree to within \(microseconds) us\n")
  }
}
