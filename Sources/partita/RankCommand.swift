import ArgumentParser

/// A verb that all ranks of a job perform together; any other runs on the first rank alone.
protocol RankCommand: ParsableCommand {
  /// Performs this rank's part.
  func run(on session: RankSession) throws
}

extension RankCommand {
  mutating func run() throws { try run(on: try RankSession.alone()) }
}
