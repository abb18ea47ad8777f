import ArgumentParser
import PartitaConfig
import PartitaCurvature
import PartitaFiles
import PartitaTraining
import PartitaTransport

/// Whose curvature is asked for: a configuration's network, or that of a run.
struct CurvatureNetwork: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "The configuration, a YAML file, or a network, an ONNX file, or a run's folder.",
      valueName: "config|run"))
  var path: String

  @OptionGroup private var changes: ConfigChanges

  @Option(help: ArgumentHelp("A plan's file, which plan has written.", valueName: "file"))
  var plan: String?

  @Flag(help: "Of a run: at the weights of the best epoch, not the last ones.")
  var best = false

  /// Reads what it takes to ask: the configuration, and the file of the weights, nil for those that a training
  /// begins with. Files that ranks lack are handed out; every rank must call it.
  func load(on session: RankSession) throws -> (config: TrainingConfig, weights: String?) {
    guard try session.transport.share(isDirectory(path)) else {
      let path = try session.handed([path])[0]
      if best {
        _ = try session.prepare {
          throw Refusal(words: "--best is of a run, and \(path) is no folder")
        }
      }
      return (
        try config(session) {
          try TrainingConfig(contentsOf: path, overrides: changes.overrides)
        }, nil
      )
    }
    let run = try session.prepare { try TrainedRun(path, best: best) }
    return (
      try config(session) { try run.config(overrides: changes.overrides) }, run.weights
    )
  }

  private func config(
    _ session: RankSession, _ read: () throws -> TrainingConfig
  ) throws -> TrainingConfig {
    let plan = try plan.map { try session.handed([$0])[0] }
    return try session.agreedConfig {
      let config = try read()
      return try plan.map { try config.with(pins: ["parallel.plan=\($0)"]) } ?? config
    }
  }
}

/// What is asked of the Hessian.
struct CurvatureOptions: ParsableArguments {
  @Option(help: "How many of the largest eigenvalues, and of the smallest.")
  var eigenvalues = 3

  @Option(help: "Lanczos' steps from each start: products of the Hessian with a vector.")
  var steps = 30

  @Option(help: "Random starts of the spectrum.")
  var starts = 2

  @Option(help: "Random vectors of the trace; the starts are among them.")
  var probes = 10

  @Flag(help: "Computes every number of the Hessian: a product for each parameter.")
  var full = false

  @Option(help: "Of random vectors; by default the run's.")
  var seed: UInt64?

  @Flag(help: "Computes in Float64 by the oracle on one rank: slow, to judge float32 by.")
  var float64 = false

  /// The same for who studies.
  var request: CurvatureRequest {
    CurvatureRequest(
      eigenvalues: eigenvalues, steps: steps, starts: starts, probes: probes, wantsMatrix: full)
  }

  mutating func validate() throws {
    for (name, value) in [
      ("eigenvalues", eigenvalues), ("steps", steps), ("starts", starts), ("probes", probes),
    ] where !(1...1_000_000).contains(value) {
      throw ValidationError("--\(name) takes a number from 1 to 1000000, not \(value)")
    }
    if probes < starts {
      throw ValidationError(
        "--probes \(probes) are fewer than --starts \(starts), which give their part of the trace for "
          + "nothing: give at least as many")
    }
    if 2 * eigenvalues > steps {
      throw ValidationError(
        "--steps \(steps) find \(steps) eigenvalues, too few for --eigenvalues \(eigenvalues) of each "
          + "end: give at least \(2 * eigenvalues)")
    }
  }
}
