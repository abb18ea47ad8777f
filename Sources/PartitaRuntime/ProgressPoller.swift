internal import PartitaTransport

/// Lets messages move while kernels run, by calling the transport between them.
///
/// A transport without progress of its own moves a large message only inside its calls. A call
/// costs some hundred nanoseconds, so it is made every 100 microseconds at most: in that time a
/// network of 10 Gbit/s moves 125 KB, less than a socket holds.
final class ProgressPoller {
  private static let interval: Int64 = 100_000
  /// Kernels shorter than this are so short that even looking at the clock after each would show.
  private static let short: Int64 = 5_000
  /// So many are let pass after one of them.
  private static let passes = 3

  /// What a device calls between kernels.
  private(set) var poll: () -> Void = {}

  init(_ transport: any Transport) {
    let clock = StepClock()
    var (last, next): (Int64, Int64) = (0, 0)
    var left = 0
    poll = {
      guard left == 0 else {
        left -= 1
        return
      }
      let now = clock.now
      if now - last < Self.short { left = Self.passes }
      last = now
      guard now >= next else { return }
      next = now + Self.interval
      // What fails here fails again, and is said, where the message is waited for.
      try? transport.progress()
    }
  }
}
