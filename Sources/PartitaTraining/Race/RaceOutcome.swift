internal import PartitaPlan

/// What came of a race.
public struct RaceOutcome: Sendable {
  /// Why it ended.
  public enum Ending: String, Hashable, Sendable, Codable {
    /// The fastest is known.
    case known
    /// The time was up.
    case timeLimit = "time_limit"
  }

  /// What came of one plan.
  public struct Plan: Sendable {
    /// What it is called.
    public let name: String
    /// Seconds of a step, by round.
    public let turns: [Double]
    /// Seconds that were predicted of a step by the costs that were measured between the turns, at the
    /// speed that the machine had in each round; nil where none were.
    public let predicted: Double?
    /// Bytes of each rank's arena.
    public let arenaBytes: [Int]
    /// The SHA-256 of the weights after the last step.
    public let weightsSHA256: String

    /// The median of its turns.
    public var seconds: Double { turns.median }
  }

  /// The plans, in the order in which they were given.
  public let plans: [Plan]
  /// The place of the fastest.
  public let leader: Int
  /// Why the race ended.
  public let ending: Ending
  /// Steps of each turn that counted.
  public let stepsOfTurn: Int
  /// By what share the first plan, that took part twice, differed from itself.
  public let floor: Double

  /// The rounds that counted.
  public var rounds: Int { plans.first?.turns.count ?? 0 }
  /// Bytes of all arenas of each rank: the memory that the race took.
  public var arenaBytes: [Int] {
    guard let first = plans.first else { return [] }
    // The twin has an arena of its own.
    return first.arenaBytes.indices.map { rank in
      plans.reduce(first.arenaBytes[rank]) { $0 + $1.arenaBytes[rank] }
    }
  }
}
