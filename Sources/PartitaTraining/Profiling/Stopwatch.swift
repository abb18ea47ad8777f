internal import Glibc

/// The monotonic clock, read between lists of kernels that take microseconds.
///
/// `ContinuousClock` costs a call into the runtime for each reading; this is one call that Linux
/// answers without entering the kernel.
struct Stopwatch {
  private var last = Self.now

  /// Begins to time what follows.
  mutating func start() { last = Self.now }

  /// Seconds since the last start or lap, the reading included; begins to time what follows.
  mutating func lap() -> Double {
    let now = Self.now
    defer { last = now }
    return Double(now - last) * 1e-9
  }

  /// Nanoseconds of the monotonic clock.
  private static var now: UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
