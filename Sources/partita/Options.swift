import ArgumentParser
import PartitaConfig
import PartitaTraining

/// What every verb that reads a configuration takes.
struct ConfigOptions: ParsableArguments {
  @Argument(help: ArgumentHelp("The configuration, a YAML file.", valueName: "config"))
  var path: String

  @OptionGroup private var changes: ConfigChanges

  /// What replaces values of the file.
  var overrides: [String] { changes.overrides }

  /// Reads the configuration, its plan left to the number of ranks.
  func loadWithOpenPlan() throws -> TrainingConfig {
    try TrainingConfig(contentsOf: path, overrides: overrides + Self.openPlan)
  }

  /// What takes a plan away, whoever has given it.
  static let openPlan = ["stages", "replicas", "cuts"].map { "parallel.\($0)=" }

  /// Reads the configuration.
  func load() throws -> TrainingConfig {
    try TrainingConfig(contentsOf: path, overrides: changes.overrides)
  }
}

/// What replaces values of a configuration.
struct ConfigChanges: ParsableArguments {
  /// `key.path=value`, in the order in which they apply.
  var overrides: [String] {
    shapes.overrides + (batch.map { ["training.batch=\($0)"] } ?? []) + set
  }

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "Replaces one value of the configuration; may be given several times.",
      valueName: "key.path=value"))
  var set: [String] = []

  @Option(
    help: ArgumentHelp(
      "Samples of a global batch: short for --set training.batch=samples.", valueName: "samples"))
  var batch: Int?

  @OptionGroup private var shapes: ShapeOptions
}
