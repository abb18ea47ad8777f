internal import Glibc

/// The clock of one process that spans are measured with: it is never set back.
public struct StepClock: Sendable {
  private let lead: Int64

  /// The system's monotonic clock.
  ///
  /// - Parameter nanoseconds: how far it goes ahead, so that tests can have ranks disagree.
  public init(aheadBy nanoseconds: Int64 = 0) { lead = nanoseconds }

  /// Nanoseconds since some moment of the past.
  @inline(__always)
  var now: Int64 {
    var moment = timespec()
    clock_gettime(CLOCK_MONOTONIC, &moment)
    return Int64(moment.tv_sec) * 1_000_000_000 + Int64(moment.tv_nsec) + lead
  }
}
