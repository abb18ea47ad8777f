import ArgumentParser

/// `partita bench`.
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measures the seconds of a training step.")

  @OptionGroup var config: ConfigOptions

  @Option(help: "Steps that are measured.")
  var steps = 30

  @Option(help: "Steps before that.")
  var warmup = 5

  @Flag(help: "Prints one line of JSON.")
  var json = false

  func run() throws {}
}
