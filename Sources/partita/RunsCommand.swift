import ArgumentParser
import PartitaFiles
import PartitaReport
import PartitaStudy

/// `partita runs`.
struct RunsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runs",
    abstract: "Lists the runs at and below a folder: how they stand, and what they came to.")

  @Argument(help: "The folder.")
  var folder = "runs"

  @Flag(help: "Prints a line of JSON for each run.")
  var json = false

  func run() throws {
    try Console.attempt {
      let (runs, problems) = try RunSummary.all(below: folder)
      if json {
        for run in runs { Console.print(try JSON.text(of: run, .line)) }
      } else if runs.isEmpty {
        Console.print("\(folder): no run is here")
      } else {
        let rows = runs.map {
          RunsText.Row(
            folder: $0.folder, state: $0.state.rawValue, started: $0.started, ranks: $0.ranks,
            plan: $0.plan, schedule: $0.schedule, steps: $0.steps, loss: $0.loss,
            testLoss: $0.testLoss, testAccuracy: $0.testAccuracy)
        }
        for line in RunsText(rows).lines { Console.print(line) }
        for run in runs {
          if let problem = run.problem { Console.print("\n\(run.folder): \(problem)") }
        }
      }
      for problem in problems { Console.complain("\(problem)") }
      if !problems.isEmpty { throw ExitCode.failure }
    }
  }
}
