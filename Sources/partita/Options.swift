import ArgumentParser
import PartitaConfig
import PartitaTraining

/// What every verb that reads a configuration takes.
struct ConfigOptions: ParsableArguments {
  @Argument(help: ArgumentHelp("The configuration, a YAML file.", valueName: "config"))
  var path: String

  @OptionGroup private var changes: ConfigChanges

  /// The values that are replaced.
  var overrides: [String] { changes.overrides }

  /// Reads the configuration, with further overrides behind those of the command line.
  func load(_ further: [String] = []) throws -> TrainingConfig {
    try TrainingConfig(contentsOf: path, overrides: overrides + further)
  }
}

/// What replaces values of a configuration.
struct ConfigChanges: ParsableArguments {
  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "Replaces one value of the configuration; may be given several times.",
      valueName: "key.path=value"))
  var overrides: [String] = []
}
