import ArgumentParser
import PartitaConfig
import PartitaFiles
import PartitaReport
import PartitaSchedule
import PartitaSimulator
import PartitaTraining

/// `partita schedule`.
struct ScheduleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schedule",
    abstract: "Prints what every rank does in a step.",
    discussion: """
      Of a configuration on --ranks: the grid, then each rank's whole program, communication \
      included. Of a pipeline without a model (--kind, --stages, --microbatches): the grid. A grid \
      has a row for each rank and a column for each slot of time; F, I and W take one slot, B two.
      """)

  @Argument(help: ArgumentHelp("The configuration, a YAML file.", valueName: "config"))
  var path: String?

  @OptionGroup var changes: ConfigChanges

  @Option(help: "The number of ranks to plan a configuration for.")
  var ranks: Int?

  @OptionGroup var pipeline: PipelineOptions

  @Option(
    help: ArgumentHelp(
      "Writes the compute actions as a table, a row for each rank, as PyTorch does.",
      valueName: "file"))
  var csv: String?

  @Option(help: ArgumentHelp("Draws the grid to scale.", valueName: "file"))
  var svg: String?

  @Option(
    help: ArgumentHelp(
      "Writes the whole program, which simulate reads; of a configuration only.",
      valueName: "file.json"))
  var program: String?

  mutating func validate() throws {
    if let ranks, ranks < 1 {
      throw ValidationError("--ranks takes a number above 0, not \(ranks)")
    }
    guard (path != nil) != pipeline.isGiven else {
      throw ValidationError(
        "give a configuration and --ranks, or --kind, --stages and --microbatches")
    }
    if path != nil, ranks == nil { throw ValidationError("a configuration needs --ranks") }
    if path == nil, ranks != nil || program != nil || !changes.overrides.isEmpty {
      throw ValidationError("--ranks, --program and --set belong to a configuration")
    }
  }

  func run() throws {
    try Console.attempt {
      if let path, let ranks {
        let config = try TrainingConfig(contentsOf: path, overrides: changes.overrides)
        let experiment = try Experiment(config, ranks: ranks)
        for line in experiment.summary { Console.print(line) }
        let table = try experiment.mainProgram.table
        Console.print("\n" + table.grid)
        Console.print("\n" + experiment.mainProgram.listing)
        try write(table)
        if let svg {
          try AtomicText.write(ScheduleDrawing.svg(experiment.mainProgram), to: svg)
        }
        if let program { try ProgramFile.write(experiment.mainProgram, to: program) }
      } else {
        let synthetic = try pipeline.pipeline()
        let program = try synthetic.program.proved()
        Console.print(synthetic.table.grid)
        if let found = synthetic.found { Console.print(found.words) }
        try write(synthetic.table)
        if let svg {
          let trace = try Simulation(program, synthetic.costs).trace
          try AtomicText.write(ScheduleDrawing.svg(trace), to: svg)
        }
      }
    }
  }

  /// Writes the files that were asked for.
  private func write(_ table: ScheduleTable) throws {
    if let csv { try AtomicText.write(table.csv, to: csv) }
  }
}
