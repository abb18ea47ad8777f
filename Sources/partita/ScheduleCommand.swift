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
      has a row for each rank and a column for each slot of time; F, R, I and W take one slot, B two.
      """)

  @Argument(help: ArgumentHelp("The configuration, a YAML file.", valueName: "config"))
  var path: String?

  @OptionGroup var changes: ConfigChanges

  @Option(help: "The number of ranks to plan a configuration for.")
  var ranks: Int?

  @OptionGroup var pipeline: PipelineOptions

  @Option(
    help: ArgumentHelp(
      "Writes the compute actions as a table, a row for each rank, as PyTorch does"
        + OutputFile.dash, valueName: "file"))
  var csv: OutputFile?

  @Option(help: ArgumentHelp("Draws the grid to scale; - as for --csv.", valueName: "file"))
  var svg: OutputFile?

  @Option(
    help: ArgumentHelp(
      "Writes the whole program, which simulate reads; of a configuration only; - as for --csv.",
      valueName: "file.json"))
  var program: OutputFile?

  @Flag(help: "Prints one object of JSON.")
  var json = false

  @Flag(help: "Doesn't fold lines to the terminal's width.")
  var wide = false

  mutating func validate() throws {
    try checkOutputs(["--csv": csv, "--svg": svg, "--program": program], json: json)
    if json, wide { throw ValidationError("--wide is for words, --json prints none: give one") }
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
    if pipeline.costs != nil, !pipeline.isSearch, svg == nil {
      throw ValidationError(
        "--costs goes with --svg or --kind search: the printed grid counts slots, not seconds")
    }
  }

  func run() throws {
    lendOutput(to: csv, svg, program)
    try Console.attempt {
      if let path, let ranks {
        let config = try TrainingConfig(contentsOf: path, overrides: changes.overrides)
        let experiment = try Experiment(config, ranks: ranks)
        let table = try experiment.mainProgram.table
        if json {
          Console.print("\(ScheduleRecord.json(table, program: experiment.mainProgram))")
        } else {
          for line in experiment.summary { Console.print(line) }
          Console.print("\n" + (columns.map(table.grid) ?? table.grid))
          Console.print(
            "\n" + (columns.map(experiment.mainProgram.listing) ?? experiment.mainProgram.listing))
        }
        try write(table)
        try svg?.write(ScheduleDrawing.svg(experiment.mainProgram))
        try program?.write(experiment.mainProgram, ProgramFile.layout)
      } else {
        let synthetic = try pipeline.pipeline()
        let program = try synthetic.program.proved()
        if json {
          let record = ScheduleRecord.json(
            synthetic.table, program: program, found: synthetic.found)
          Console.print("\(record)")
        } else {
          Console.print(columns.map(synthetic.table.grid) ?? synthetic.table.grid)
          if let found = synthetic.found { Console.print(found.words) }
        }
        try write(synthetic.table)
        if let svg {
          let trace = try Simulation(program, synthetic.costs).trace
          try svg.write(ScheduleDrawing.svg(trace))
        }
      }
    }
  }

  /// The width that lines are folded to; nil where nobody watches, or all is wanted on one line.
  private var columns: Int? {
    Console.results.isWatched && !wide ? Console.results.columns : nil
  }

  /// Writes the files that were asked for.
  private func write(_ table: ScheduleTable) throws {
    try csv?.write(table.csv)
  }
}
