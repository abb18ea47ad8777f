internal import PartitaPlan
public import PartitaSchedule
public import PartitaSimulator

/// The planner's answer: the best choice that it found, what it will take, and what no choice takes
/// less than.
public struct StepPlan: Sendable {
  /// A choice that no other is better than in time, memory and ranks at once.
  public struct Alternative: Hashable, Sendable {
    /// The plan and its order.
    public let choice: StepChoice
    /// Seconds of a step.
    public let seconds: Double
    /// Bytes of the arena of the rank that needs most.
    public let bytes: Int
  }

  /// How the search ended.
  public enum Ending: String, Hashable, Sendable, Codable {
    /// Every plan was judged, or known to be slower.
    case complete
    /// The plans were too many: the most promising were judged.
    case shortlist
    /// The time was up.
    case timeLimit = "time_limit"
    /// There was no search: somebody else has chosen.
    case given
  }

  /// What was chosen.
  public let choice: StepChoice
  /// Its program, on paper: of very many like buckets of gradients some are left out.
  public let program: Program
  /// A step of it.
  public let prediction: Prediction
  /// Bytes of each rank's arena.
  public let bytes: [Int]
  /// Seconds that no program of the search's space is below, whatever the order of its actions.
  public let lowerBound: Double
  /// How the search ended.
  public let ending: Ending
  /// Choices that were judged.
  public let judged: Int
  /// What nothing dominates, by ranks and seconds.
  public let front: [Alternative]

  /// Seconds of a step.
  public var seconds: Double { prediction.makespanSeconds }
  /// What the choice is above the bound, as a share of it; 0 where it is proved to be best.
  public var gap: Double {
    // The bound is found to a billionth.
    let gap = seconds / lowerBound - 1
    return gap < 1e-8 ? 0 : gap
  }
}

/// Why there is no plan.
public enum StepPlanError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is asked for can't be on so many ranks.
  case nothingFits(ranks: Int, reason: String)
  /// Every plan that was judged needs more memory.
  case memory(limit: Int, least: Int)

  public var description: String {
    switch self {
    case .nothingFits(let ranks, let reason):
      "there is no plan for \(ranks) \(ranks == 1 ? "rank" : "ranks"): \(reason)"
    case .memory(let limit, let least):
      "no plan fits \(limit) bytes a rank: the smallest found needs \(least)"
    }
  }
}
