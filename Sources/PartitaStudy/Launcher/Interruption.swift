internal import Glibc
internal import Synchronization

/// Holds the signals that end a process back while ranks run, so that the ranks can end first.
///
/// Ranks live in a session of their own, so neither Ctrl-C nor a closed terminal reaches them but
/// through here.
enum Interruption {
  /// `SIG_IGN`, which is a number in the place of a function.
  private static let ignored = 1
  private static let signals = [SIGINT, SIGTERM, SIGHUP]
  /// Signals within so many nanoseconds are one request.
  private static let oneRequest: Int64 = 1_000_000_000
  /// What the handler leaves behind: zero, or the last signal. A handler can do little more.
  private static let received = Atomic<Int32>(0)
  /// When the first came, and whether another came later.
  private static let first = Atomic<Int64>(0)
  private static let second = Atomic(false)
  private static let state = Mutex(State())

  private struct State {
    var launches = 0
    var previous: [(signal: Int32, action: sigaction)] = []
  }

  /// The signal that came since `begin`.
  static var signal: Int32? {
    let signal = received.load(ordering: .relaxed)
    return signal == 0 ? nil : signal
  }

  /// Whether a second request came, later than the first by more than a second.
  static var isSecond: Bool { second.load(ordering: .relaxed) }

  private static func note(_ signal: Int32) {
    var moment = timespec()
    clock_gettime(CLOCK_MONOTONIC, &moment)
    let now = Int64(moment.tv_sec) * 1_000_000_000 + Int64(moment.tv_nsec)
    let (isFirst, earlier) = first.compareExchange(
      expected: 0, desired: now, ordering: .relaxed)
    if !isFirst, now - earlier > oneRequest { second.store(true, ordering: .relaxed) }
    received.store(signal, ordering: .relaxed)
  }

  /// Begins to hold signals back; launches at the same time share that.
  /// - Parameter forwards: whether SIGUSR1 is held back, too.
  static func begin(forwards: Bool = false) {
    state.withLock { state in
      state.launches += 1
      guard state.launches == 1 else { return }
      received.store(0, ordering: .relaxed)
      first.store(0, ordering: .relaxed)
      second.store(false, ordering: .relaxed)
      for signal in signals + (forwards ? [SIGUSR1] : []) {
        var previous = sigaction()
        sigaction(signal, nil, &previous)
        // Whoever ignores it (`nohup`) means it for the ranks, too.
        if unsafeBitCast(previous.__sigaction_handler.sa_handler, to: Int.self) == ignored {
          continue
        }
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { Interruption.note($0) }
        sigaction(signal, &action, nil)
        state.previous.append((signal, previous))
      }
    }
  }

  /// Puts everything back after the last launch, raises the signal that was held back, and returns
  /// it in case that somebody handles it.
  static func end(raises: Bool = true) -> Int32? {
    let signal = signal
    let isLast = state.withLock { state in
      state.launches -= 1
      guard state.launches == 0 else { return false }
      for (signal, previous) in state.previous {
        var action = previous
        sigaction(signal, &action, nil)
      }
      state.previous = []
      return true
    }
    if let signal, isLast, raises { kill(getpid(), signal) }
    return signal
  }
}
