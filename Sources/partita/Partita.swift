import ArgumentParser
import Glibc
import PartitaFiles
import PartitaMPI

/// The command line: verbs, and nothing that computes.
@main
struct Partita: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "partita",
    abstract: "Cuts a neural network's layer graph across MPI ranks and trains it there.",
    discussion: """
      Start ranks with mpirun: `mpirun -n 4 partita train configs/digits.yaml`. Without mpirun a \
      command runs on one rank. Exit codes: 0 done, 1 the run failed or its input can't work, \
      64 the command line can't be read.
      """,
    version: PartitaVersion.current,
    subcommands: [
      TrainCommand.self, BenchCommand.self, VerifyCommand.self, ScheduleCommand.self,
      ProfileCommand.self, SimulateCommand.self, ScaleCommand.self,
      PlanCommand.self, CompareCommand.self,
    ])

  static func main() {
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch let code as ExitCode {
      // Everything has been said.
      Glibc.exit(code.rawValue)
    } catch {
      end(with: error)
    }
  }

  /// Ends a command whose line can't be read, or asks for help: every rank read the same line, and
  /// the first speaks for all.
  private static func end(with error: any Error) -> Never {
    guard let environment = MPIEnvironment.current, environment.size > 1,
      let session = try? RankSession()
    else { exit(withError: error) }
    if session.speaks {
      let message = fullMessage(for: error) + "\n"
      if exitCode(for: error).isSuccess { Console.show(message) } else { Console.say(message) }
    }
    // Whoever ends first has mpirun end the others, so they end together: nobody is cut short.
    try? session.finish()
    Glibc.exit(exitCode(for: error).rawValue)
  }
}
