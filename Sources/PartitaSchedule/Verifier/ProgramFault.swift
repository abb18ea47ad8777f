/// Why a program was refused: the first thing in it that could go wrong, and what would fit.
///
/// `explanation(_:)` shows the place in the program.
public struct ProgramFault: Error, Hashable, Sendable, CustomStringConvertible {
  /// The rule that is broken.
  public enum Rule: String, Hashable, Sendable, CaseIterable {
    /// The parts of the program don't describe the same plan and pipeline.
    case shape
    /// Every stage works on every microbatch once, on the replica of its group (law 2).
    case cover
    /// What is read has been made or received before.
    case order
    /// A gradient group is folded in the plan's order of its microbatches (law 2).
    case fold
    /// Every value that a stage reads from another is one message, sent once and received once.
    case message
    /// A place in memory holds one thing at a time (law 5).
    case slot
    /// Gradients are reduced once, after the last contribution and before the update.
    case reduction
    /// Exchange and finish come once, in this order, when everything before is done.
    case stepEnd
    /// Nobody waits for ever (law 7).
    case deadlock
  }

  /// The rule that is broken.
  public let rule: Rule
  /// The rank, nil where no single rank is at fault.
  public let rank: Int?
  /// The action's index in the rank's program; the number of actions where something is missing
  /// at its end.
  public let action: Int?
  /// What is wrong.
  public let problem: String
  /// What would fit.
  public let remedy: String
  /// Of a deadlock a shortest cycle of waits; each rank waits for the next, the last for the first.
  public let cycle: [Wait]

  /// A rank that waits for ever.
  public struct Wait: Hashable, Sendable {
    /// The rank.
    public let rank: Int
    /// The action at which it waits.
    public let action: Int
    /// The message that it waits for; nil where it waits for the others to come to the exchange.
    public let message: Int?
  }

  init(
    _ rule: Rule, rank: Int? = nil, action: Int? = nil, _ problem: String, remedy: String,
    cycle: [Wait] = []
  ) {
    self.rule = rule
    self.rank = rank
    self.action = action
    self.problem = problem
    self.remedy = remedy
    self.cycle = cycle
  }

  public var description: String {
    // A cycle names its ranks and actions itself.
    guard let rank, cycle.isEmpty else { return "\(problem); \(remedy)" }
    return "rank \(rank)" + (action.map { ", action \($0)" } ?? "") + ": \(problem); \(remedy)"
  }
}
