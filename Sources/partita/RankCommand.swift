import ArgumentParser

/// A verb that all ranks of a job perform together; any other runs on the first rank alone.
protocol RankCommand: ParsableCommand {
  /// How many ranks it starts by itself; nil where it runs on those that there are.
  var ranksToStart: Int? { get }

  /// Performs this rank's part.
  func run(on session: RankSession) throws
}

extension RankCommand {
  var ranksToStart: Int? { nil }

  mutating func run() throws {
    guard let ranks = ranksToStart else { return try run(on: try RankSession.alone()) }
    try Console.attempt {
      let ending = try LaunchedRanks(RankOptions.ofRank(Partita.words), count: ranks)
      if ending.exitCode != 0, !ending.complained, let failure = ending.failure {
        Console.complain(failure)
      }
      throw ExitCode(ending.exitCode)
    }
  }
}
