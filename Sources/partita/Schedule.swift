import ArgumentParser
import PartitaSchedule
import PartitaTraining

/// `partita schedule`.
struct Schedule: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Prints what every rank does in a step, communication included.",
    discussion: """
      First the grid: a row for each rank, a column for each slot of time, where F takes one slot \
      and B two. Then each rank's whole program.
      """)

  @OptionGroup var config: ConfigOptions

  @Option(help: "The number of ranks to plan for.")
  var ranks: Int

  mutating func validate() throws {
    if ranks < 1 { throw ValidationError("--ranks takes a number above 0, not \(ranks)") }
  }

  func run() throws {
    try Console.attempt {
      let config = try self.config.load()
      let data = try DataDescription(config)
      let experiment = try Experiment(config, data: data, worldSize: ranks)
      for line in experiment.summary { Console.print(line) }
      Console.print("\n" + (try experiment.mainProgram.table.grid))
      Console.print("\n" + experiment.mainProgram.listing)
    }
  }
}
