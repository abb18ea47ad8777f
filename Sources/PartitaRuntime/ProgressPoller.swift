internal import PartitaTransport

/// Lets messages move while kernels run, by calling the transport between them.
///
/// A transport without progress of its own moves a large message only inside its calls. A call
/// costs a few hundred nanoseconds, so it is made at most every 50 microseconds: in that time a
/// network of 10 Gbit/s moves 60 KB, less than a socket holds.
final class ProgressPoller {
  private static let intervalNanoseconds: Int64 = 50_000

  /// What a device calls between kernels.
  private(set) var poll: () -> Void = {}

  init(_ transport: any Transport) {
    let clock = StepClock()
    var next: Int64 = 0
    poll = {
      let now = clock.now
      guard now >= next else { return }
      next = now + Self.intervalNanoseconds
      // What fails here fails again, and is said, where the message is waited for.
      try? transport.progress()
    }
  }
}
