internal import Foundation
internal import PartitaPlan

/// Who leads a race, and whether that is more than chance.
///
/// In each round every plan has a turn. Two plans are compared round by round, so that a machine that
/// gets slower or faster does so for both: by the sign test (how often a fair coin would show one side
/// at least so often), and by the median of their ratio with its confidence interval from order
/// statistics (Conover, Practical Nonparametric Statistics, sections 3.2 and 3.4).
public struct RaceStandings: Sendable {
  /// What is known of the leader.
  public enum Verdict: Hashable, Sendable {
    /// Every other plan is slower, or as fast to a hundredth.
    case known
    /// More rounds are needed.
    case open
  }

  /// The chance that a leader is none, for all others together.
  static let risk = 0.001
  /// How near two plans are that count as equally fast.
  static let tie = 0.01

  /// Seconds of a step of each plan, by round.
  public private(set) var turns: [[Double]]

  /// No round has been run.
  public init(plans: Int) { turns = Array(repeating: [], count: plans) }

  /// The rounds so far.
  public var rounds: Int { turns.first?.count ?? 0 }

  /// Adds a round, a number for each plan.
  public mutating func add(round: [Double]) {
    for (plan, seconds) in round.enumerated() { turns[plan].append(seconds) }
  }

  /// The plan with the least median; of equal ones the first.
  public var leader: Int {
    turns.indices.min { turns[$0].median < turns[$1].median } ?? 0
  }

  /// What the rounds say.
  ///
  /// Complexity: O(plans · rounds · log rounds).
  public var verdict: Verdict {
    let others = turns.indices.filter { $0 != leader }
    let risk = Self.risk / Double(max(1, others.count))
    return others.allSatisfy { isBehind($0, risk: risk) || isLevel($0, risk: risk) }
      ? .known : .open
  }

  /// Whether a plan loses to the leader more often than a coin would.
  private func isBehind(_ plan: Int, risk: Double) -> Bool {
    let wins = zip(turns[leader], turns[plan]).count { $0 < $1 }
    return Self.chance(of: wins, in: rounds) <= risk
  }

  /// Whether a plan takes as long as the leader, to a hundredth.
  private func isLevel(_ plan: Int, risk: Double) -> Bool {
    guard let interval = Self.interval(of: ratios(plan, to: leader), risk: risk) else {
      return false
    }
    return 1 - Self.tie < interval.lowerBound && interval.upperBound < 1 + Self.tie
  }

  /// What one plan takes as a share of another, by round.
  func ratios(_ plan: Int, to other: Int) -> [Double] {
    zip(turns[plan], turns[other]).map { $0 / $1 }
  }

  /// The chance that a fair coin shows heads at least so often.
  package static func chance(of wins: Int, in rounds: Int) -> Double {
    var (term, sum) = (exp2(-Double(rounds)), 0.0)
    for count in 0...rounds {
      if count >= wins { sum += term }
      term *= Double(rounds - count) / Double(count + 1)
    }
    return sum
  }

  /// Between which numbers the median lies, but for a chance of `risk`; nil where there are too few.
  package static func interval(of numbers: [Double], risk: Double) -> ClosedRange<Double>? {
    let sorted = numbers.sorted()
    // The interval from the k-th to the k-th last is missed with twice the chance of fewer than k.
    let left = (1...max(1, sorted.count / 2)).last {
      2 * chance(of: sorted.count - $0 + 1, in: sorted.count) <= risk
    }
    guard let left, sorted.count > 1 else { return nil }
    return sorted[left - 1]...sorted[sorted.count - left]
  }
}
