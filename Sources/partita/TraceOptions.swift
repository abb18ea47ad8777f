import ArgumentParser
import Foundation
import PartitaConfig
import PartitaPlan
import PartitaRuntime
import PartitaSchedule
import PartitaSimulator
import PartitaTraining

/// What every verb that can trace a step takes.
struct TraceOptions: ParsableArguments {
  @Option(
    name: .customLong("trace"),
    help: ArgumentHelp(
      "Writes a trace of one step, for Perfetto or chrome://tracing" + OutputFile.dash,
      valueName: "file"))
  var output: OutputFile?

  @Option(
    help: ArgumentHelp(
      "With --trace: what the layers cost, see profile; the predicted step stands beside the "
        + "measured one.", valueName: "file"))
  var profile: String?

  @Option(
    help: ArgumentHelp(
      "With --trace and --profile: the machines, where the profile knows no messages.",
      valueName: "file"))
  var cluster: String?

  mutating func validate() throws {
    if output == nil, profile != nil {
      throw ValidationError("--profile goes with --trace: it predicts the traced step")
    }
    if profile == nil, cluster != nil {
      throw ValidationError("--cluster goes with --profile")
    }
  }

  /// These options as they stand on a command line.
  var arguments: [String] {
    [("trace", output?.path), ("profile", profile), ("cluster", cluster)].flatMap { name, value in
      value.map { ["--\(name)", $0] } ?? []
    }
  }

  /// Whether a trace has been asked for.
  var isWanted: Bool { output != nil }

  /// The file, made sure of; nil where none is wanted.
  func file() throws -> OutputFile? {
    if let output, !output.isStandardOutput { _ = try TraceFile(output.path) }
    return output
  }

  /// The step as predicted; nil where no profile is given.
  func prediction(of experiment: Experiment) throws -> Trace? {
    guard let profile else { return nil }
    return try Simulation(
      of: experiment, profile: try ProfileFile.read(profile),
      cluster: cluster.map { try Cluster(contentsOf: $0) }
    ).trace
  }

  /// Writes a step, and what had been predicted, and says how well the ranks' clocks agree.
  func write(_ step: MeasuredStep, predicted: Trace?, to file: OutputFile) throws {
    let microseconds = String(format: "%.1f", step.clockUncertaintySeconds * 1e6)
    let free = String(
      format: "%.6f s, %.6f s if messages were free", step.trace.makespan,
      step.secondsWithFreeMessages)
    let text = Perfetto.json(
      [("measured", step.trace)] + (predicted.map { [("predicted", $0)] } ?? []),
      notes: [
        ("clocks", "the ranks' clocks agree to within \(microseconds) microseconds"),
        ("step", free),
      ])
    try file.write(text)
    Console.say(
      "partita: trace of a step in \(file.words); clocks agree to within \(microseconds) us\n")
  }
}
