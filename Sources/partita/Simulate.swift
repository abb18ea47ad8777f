import ArgumentParser
import Foundation
import PartitaSchedule
import PartitaTraining

/// `partita simulate`.
struct Simulate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Predicts the time of a step, where it goes, and the memory that it takes.",
    discussion: """
      Of a pipeline without a model: --kind, --stages, --microbatches and --costs. bubble_fraction \
      is the idle share of all ranks' time until the makespan; span_bubble_fraction counts from \
      each rank's first compute action to its last. A message delays, and occupies nobody.
      """)

  @OptionGroup var pipeline: PipelineOptions

  @Flag(help: "Prints one object of JSON.")
  var json = false

  @Option(help: ArgumentHelp("Writes a trace for Perfetto (ui.perfetto.dev).", valueName: "file"))
  var trace: String?

  func run() throws {
    try Console.attempt {
      let synthetic = try pipeline.pipeline()
      let simulation = try Simulation(synthetic.program(), synthetic.costs)
      if let trace {
        try AtomicText.write(Perfetto.json([("predicted", simulation.trace)]), to: trace)
      }
      let prediction = simulation.prediction
      Console.print(json ? "\(prediction.json)" : prediction.words)
    }
  }
}
