internal import Glibc

/// The monotonic clock, read between lists of kernels that take microseconds.
///
/// `ContinuousClock` costs a call into the runtime for each reading; this is one call that Linux
/// answers without entering the kernel.
struct Stopwatch {
  private var last = Self.now
  /// What one reading costs itself.
  private let readingSeconds: Double

  /// Makes a stopwatch that knows what its own reading costs.
  init() {
    let readings = (0..<1000).map { _ in Self.now }
    let gaps = zip(readings, readings.dropFirst()).map { Double($1 - $0) * 1e-9 }.sorted()
    readingSeconds = gaps[gaps.count / 2]
    last = Self.now
  }

  /// Begins to time what follows.
  mutating func start() { last = Self.now }

  /// Seconds since the last start or lap, without the reading itself; begins to time what follows.
  mutating func lap() -> Double {
    let now = Self.now
    defer { last = now }
    return max(0, Double(now - last) * 1e-9 - readingSeconds)
  }

  /// Nanoseconds of the monotonic clock.
  private static var now: UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
