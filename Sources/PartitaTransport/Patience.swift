/// The seconds that a wait has taken, of which only those count in which the process ran.
///
/// Whoever waits looks often. A long time between two looks is one in which nobody ran: a suspended
/// job, a paused machine, a laptop asleep. It counts as ``longestGap``.
package struct Patience {
  /// Seconds between two looks above which the process did not run.
  package static let longestGap = 1.0

  /// Seconds so far.
  package private(set) var seconds = 0.0
  private var last = ContinuousClock.now

  package init() {}

  /// Counts the time since the last look, and returns all of it.
  package mutating func look() -> Double {
    let now = ContinuousClock.now
    seconds += Self.counted(since: last, until: now)
    last = now
    return seconds
  }

  static func counted(
    since last: ContinuousClock.Instant, until now: ContinuousClock.Instant
  ) -> Double {
    min((now - last) / .seconds(1), longestGap)
  }
}
