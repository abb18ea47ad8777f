/// The clock of steps, read between lists of kernels that take microseconds.
///
/// `ContinuousClock` costs a call into Swift's library for each reading; this is one call that Linux
/// answers without entering the kernel.
package struct Stopwatch {
  private let clock = StepClock()
  private var last: Int64

  /// Begins to time what follows.
  package init() { last = clock.now }

  /// Begins to time what follows.
  package mutating func start() { last = clock.now }

  /// Seconds since the last start or lap, the reading included; begins to time what follows.
  package mutating func lap() -> Double {
    let now = clock.now
    defer { last = now }
    return Double(now - last) * 1e-9
  }
}
