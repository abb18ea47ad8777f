import ArgumentParser
import Glibc
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
    subcommands: [Train.self, Bench.self, Verify.self, Schedule.self])

  static func main() {
    // A word about a bad command line comes once, from rank 0.
    let speaks = (MPIEnvironment.current?.rank ?? 0) == 0
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch {
      if !speaks { Glibc.exit(exitCode(for: error).rawValue) }
      exit(withError: error)
    }
  }
}
