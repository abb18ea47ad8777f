internal import PartitaTransport

/// Lets messages move while kernels run, by calling the transport between them.
///
/// A transport without progress of its own moves a large message only inside its calls. A call
/// costs a microsecond, so it is made every 200 at most, and not at all in a step that is shorter:
/// in that time a network of 10 Gbit/s moves 250 KB, less than a socket holds.
final class ProgressPoller {
  private static let interval: Int64 = 200_000
  /// Kernels shorter than this are so short that even looking at the clock after each would show.
  private static let short: Int64 = 20_000
  /// So many are let pass after one of them.
  private static let passes = 3

  /// What a device calls between kernels.
  private(set) var poll: () -> Void = {}
  private let clock = StepClock()
  private var last: Int64 = 0
  private var next: Int64 = 0
  private var left = 0

  init(_ transport: any Transport) {
    poll = { [unowned self] in
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

  /// Begins a step.
  func begin() { next = clock.now + Self.interval }
}
