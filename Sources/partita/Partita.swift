import ArgumentParser
import PartitaFiles
import PartitaKeys
import PartitaMPI

/// The command line: verbs, and nothing that computes.
@main
struct Partita: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "partita",
    abstract: "Cuts a neural network's layer graph across MPI ranks and trains it there.",
    discussion: """
      Start ranks with launch: `partita launch configs/digits.yaml --ranks 4`, or with mpirun: \
      `mpirun -n 4 partita train configs/digits.yaml`. Without either a command runs on one rank. Exit codes: 0 done, 1 the run failed or its input can't work, \
      64 the command line can't be read, 75 a run was stopped as asked and can go on, 141 nobody reads \
      standard output any more.
      """,
    version: PartitaVersion.current,
    subcommands: [
      TrainCommand.self, LaunchCommand.self, BenchCommand.self, RaceCommand.self,
      EvaluateCommand.self, PredictCommand.self, GenerateCommand.self, ExportCommand.self,
      RunsCommand.self, VerifyCommand.self,
      GraphCommand.self, EquationsCommand.self, CurvatureCommand.self, MemoryCommand.self,
      ScheduleCommand.self,
      ProfileCommand.self, SimulateCommand.self, ScaleCommand.self,
      PlanCommand.self, CompareCommand.self, TradeoffCommand.self, ImportCommand.self,
      ReportCommand.self,
      DoctorCommand.self,
    ])

  static func main() {
    StandardStreams.secure()
    Signals.watch()
    do {
      try run()
      StandardStreams.leave(0)
    } catch let code as ExitCode {
      // Everything has been said.
      StandardStreams.leave(code.rawValue)
    } catch {
      let problem = LineProblem(error)
      problem.say()
      StandardStreams.leave(problem.code)
    }
  }

  /// What was typed behind the program's name.
  static let words = CommandLine.joiningNegativeValues(Array(CommandLine.arguments.dropFirst()))

  /// Reads the command line; a verb that there isn't gets the nearest.
  private static func parse() throws -> any ParsableCommand {
    let verbs = configuration.subcommands.compactMap { $0.configuration.commandName }
    if let word = words.first, !word.hasPrefix("-"),
      !(verbs + ["help"]).contains(word)
    {
      let nearest = nearestName(to: word, in: verbs).map { "; did you mean '\($0)'?" } ?? "."
      throw ValidationError(
        "there is no verb '\(word)'\(nearest) Known here: \(verbs.joined(separator: ", "))")
    }
    let command = try parseAsRoot(words)
    if MPIEnvironment.current != nil, (command as? any RankCommand)?.ranksToStart != nil {
      throw ValidationError("--ranks starts mpirun, which has started this one: leave one out")
    }
    return command
  }

  private static func run() throws {
    let line = Result { try parse() }
    guard let environment = MPIEnvironment.current, environment.size > 1 else {
      var command = try line.get()
      return try command.run()
    }
    var problem: LineProblem?
    if case .failure(let error) = line { problem = LineProblem(error) }
    let session = try RankSession.join(
      CommandLineFacts(arguments: words), problem: problem)
    var command = try line.get()
    if let command = command as? any RankCommand { return try command.run(on: session) }
    // The others would only wait.
    try session.finish()
    if environment.rank == 0 { try command.run() }
  }
}
