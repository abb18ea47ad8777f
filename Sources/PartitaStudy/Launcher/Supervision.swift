/// Decides what becomes of a run whose ranks were lost: the same ranks again, fewer, or none.
///
/// A value: it is told what happened and when, and starts nothing itself.
public struct Supervision: Hashable, Sendable {
  /// What to do.
  public enum Decision: Hashable, Sendable {
    /// Launch so many ranks, from the newest checkpoint.
    case launch(ranks: Int)
    /// Launch no more.
    case giveUp(problem: String)
  }

  /// A second loss within so many seconds means that what is left must do.
  static let secondLossSeconds = 60.0

  private let retries: Int
  private var ranks: Int
  private var failures = 0
  private var lastLoss: Double?
  private var newestStep: Int?

  /// A run.
  /// - Parameters:
  ///   - ranks: how many it begins with.
  ///   - retries: how many launches may fail in a row without a newer checkpoint.
  public init(ranks: Int, retries: Int) {
    self.ranks = ranks
    self.retries = retries
  }

  /// Ranks were lost.
  ///
  /// - Parameters:
  ///   - seconds: when, on a clock that never goes back.
  ///   - newest: the step of the newest checkpoint, nil where there is none.
  ///   - reachable: ranks that the hosts that answer have room for.
  ///   - fits: whether there is a plan for a number of ranks.
  public mutating func lost(
    at seconds: Double, newest: Int?, reachable: Int, fits: (Int) -> Bool
  ) -> Decision {
    let hasProgressed = newest.map { $0 > newestStep ?? -1 } ?? false
    failures = hasProgressed ? 0 : failures + 1
    newestStep = newest ?? newestStep
    guard failures <= retries else {
      return .giveUp(
        problem: (failures == 1 ? "1 launch was" : "\(failures) launches in a row were")
          + " lost without a newer checkpoint (--retries \(retries))"
      )
    }
    let isSecond = lastLoss.map { seconds - $0 < Self.secondLossSeconds } ?? false
    lastLoss = seconds
    var next = min(ranks, reachable)
    if isSecond, next == ranks { next -= 1 }
    while next > 0, next != ranks, !fits(next) { next -= 1 }
    guard next > 0 else { return .giveUp(problem: "there is no plan for the ranks that are left") }
    ranks = next
    return .launch(ranks: next)
  }
}
