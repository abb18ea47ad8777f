import ArgumentParser
import PartitaFiles

/// What is asked of a training, whoever starts its ranks.
struct TrainOptions: ParsableArguments {
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

  /// The command line of `train` that asks the same.
  ///
  /// - Parameters:
  ///   - resume: what stands in the place of `--resume`'s path, nil for none.
  ///   - overrides: what replaces further values of the configuration.
  func arguments(resume: String?, overrides: [String] = []) -> [String] {
    var words = ["train", config.path]
    words += (config.overrides + overrides).map { "--set=\($0)" }
    if let steps { words += ["--steps", "\(steps)"] }
    if let resume {
      words += [resume.isEmpty ? "--resume" : "--resume=\(resume)"]
      words += allowChange.map { "--allow-change=\($0)" }
    }
    words += trace.arguments
    for (name, isGiven) in [("analytic", analytic), ("json", json), ("quiet", quiet)] where isGiven
    {
      words.append("--\(name)")
    }
    return words
  }
}
