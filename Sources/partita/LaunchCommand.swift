import ArgumentParser
import Foundation
import PartitaConfig
import PartitaData
import PartitaFiles
import PartitaStudy
import PartitaTraining

/// `partita launch`.
struct LaunchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "launch",
    abstract: "Starts mpirun with train, and starts it again when ranks are lost.",
    discussion: """
      A launch goes on from the newest checkpoint with the same ranks; after a second loss within \
      60 s, or when a host is out of reach, with a plan for what is left. SIGTERM, SIGINT and \
      SIGUSR1 ask the ranks to save where they stand; the exit code is theirs, 75 for a run that \
      can go on.
      """)

  @OptionGroup var options: TrainOptions

  @Option(help: "The number of ranks.")
  var ranks: Int

  @OptionGroup var launch: LaunchOptions

  @Option(help: "How many launches may be lost in a row without a newer checkpoint.")
  var retries = 3

  mutating func validate() throws {
    if ranks < 1 { throw ValidationError("--ranks takes a number above 0, not \(ranks)") }
    if retries < 0 { throw ValidationError("--retries takes a number from 0 on, not \(retries)") }
  }

  func run() throws {
    lendOutput(to: options.trace.output)
    try Console.attempt {
      let config = try options.config.load()
      let all = try launch.place()
      var supervision = Supervision(ranks: ranks, retries: retries)
      var (count, resumes, place) = (ranks, options.resume, all)
      while true {
        let result = try run(count, resumes, place)
        guard let loss = Self.loss(result) else { throw ExitCode(result.exitCode) }
        place.hosts = all.hosts?.reachable { $0.answers(within: 20) }
        let newest = RunFolder.newestUnfinished(of: config.output.directory)
          .flatMap { RunFolder.newestCheckpoint(of: $0) }
        let decision = supervision.lost(
          at: ProcessClock.seconds(), newest: newest, reachable: place.hosts?.slots ?? ranks,
          fits: { fits(ranks: $0) })
        switch decision {
        case .giveUp(let problem):
          Console.complain("\(loss); \(problem)")
          throw ExitCode.failure
        case .launch(let next):
          let from = newest.map { "from step \($0)" } ?? "from the start"
          Console.say("partita: \(loss); launches \(next) ranks again, \(from)\n")
          (count, resumes) = (next, "")
        }
      }
    }
  }

  /// One launch; what ranks write is passed on line by line.
  private func run(_ count: Int, _ resume: String?, _ place: LaunchPlace) throws -> LaunchedRanks {
    // Fewer ranks than the file's plan is for need a plan of their own.
    let arguments = options.arguments(
      resume: resume, overrides: count == ranks ? [] : ConfigOptions.openPlan)
    return try LaunchedRanks(arguments, count: count, place: place, forwards: true)
  }

  /// How ranks were lost; nil where they have ended by themselves.
  private static func loss(_ ending: LaunchedRanks) -> String? {
    let isOwn = [0, TrainCommand.stoppedCode, 64].contains(ending.exitCode)
    if isOwn || ending.exitCode == 1 && ending.complained { return nil }
    return ending.failure ?? "a rank was lost"
  }

  /// Whether there is a plan for a number of ranks.
  private func fits(ranks: Int) -> Bool {
    guard let open = try? options.config.loadWithOpenPlan(), let data = try? open.describeData()
    else {
      return false
    }
    return (try? Experiment(open, data: data, worldSize: ranks)) != nil
  }
}
