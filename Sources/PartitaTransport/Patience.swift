internal import Glibc

/// The seconds that a wait has taken, of which only those count in which the process ran.
///
/// Whoever waits looks often. A long time between two looks is one in which nobody ran: a suspended
/// job, a paused machine, a laptop asleep. It counts as ``longestGap``.
package struct Patience {
  /// Seconds between two looks above which the process did not run.
  package static let longestGap = 1.0

  /// Seconds so far.
  package private(set) var seconds = 0.0
  // A plain number: a wait is within a step, and the clock's own type would cost an allocation.
  private var last = Patience.now

  package init() {}

  /// Counts the time since the last look, and returns all of it.
  package mutating func look() -> Double {
    let now = Self.now
    seconds += min(now - last, Self.longestGap)
    last = now
    return seconds
  }

  private static var now: Double {
    var moment = timespec()
    clock_gettime(CLOCK_MONOTONIC, &moment)
    return Double(moment.tv_sec) + 1e-9 * Double(moment.tv_nsec)
  }
}
