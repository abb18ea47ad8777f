import Foundation
import PartitaFiles
import Synchronization

/// What becomes of the signals that ask a process to end.
///
/// A handler may do next to nothing, so it only writes the signal's number to a pipe; a thread reads
/// there and acts. By default that is: remove what is temporary, then end as the signal would have.
/// While a run listens, the first request is its own to meet, and a second after a second ends all.
enum Signals {
  private static let requests = [SIGINT, SIGTERM, SIGHUP, SIGUSR1]
  /// Signals within so many seconds are one request: a launcher and a terminal send several.
  private static let oneRequestSeconds = 1.0

  private struct State {
    var listener: (@Sendable (Int32) -> Void)?
    var firstRequest: ContinuousClock.Instant?
    var lastWords: String?
  }

  private static let state = Mutex(State())
  nonisolated(unsafe) private static var pipeEnds: [Int32] = [-1, -1]

  /// Begins to watch; call it once, before anything is written.
  static func watch() {
    guard pipe(&pipeEnds) == 0 else { return }
    for end in pipeEnds { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    for signal in requests {
      var previous = sigaction()
      sigaction(signal, nil, &previous)
      // Whoever ignores it (`nohup`) means it.
      if unsafeBitCast(previous.__sigaction_handler.sa_handler, to: Int.self) == 1 { continue }
      var action = sigaction()
      action.__sigaction_handler.sa_handler = { number in
        var byte = UInt8(truncatingIfNeeded: number)
        let saved = errno
        _ = write(Signals.pipeEnds[1], &byte, 1)
        errno = saved
      }
      action.sa_flags = SA_RESTART
      sigaction(signal, &action, nil)
    }
    Thread.detachNewThread { readAll() }
  }

  /// Has somebody meet the first request: the process goes on, and ends when its work is in order.
  static func listen(_ listener: (@Sendable (Int32) -> Void)?) {
    state.withLock { $0.listener = listener }
  }

  /// What is said on standard error before a signal ends the process.
  static func lastWords(_ words: String?) { state.withLock { $0.lastWords = words } }

  /// Waits for a signal that has come to end the process: nothing else is to be said meanwhile.
  static func awaitEnd() {
    for _ in 0..<1000 { usleep(10_000) }
  }

  private static func readAll() {
    var byte: UInt8 = 0
    while true {
      let count = read(pipeEnds[0], &byte, 1)
      if count == 1 { take(Int32(byte)) } else if count == 0 || errno != EINTR { return }
    }
  }

  /// What is to be done with a signal.
  private enum Answer {
    case tell(@Sendable (Int32) -> Void)
    case ignore
    case end
  }

  private static func answer() -> Answer {
    state.withLock { state in
      guard let listener = state.listener else { return .end }
      let now = ContinuousClock.now
      guard let first = state.firstRequest else {
        state.firstRequest = now
        return .tell(listener)
      }
      return now - first < .seconds(oneRequestSeconds) ? .ignore : .end
    }
  }

  private static func take(_ signal: Int32) {
    switch answer() {
    case .tell(let listener): return listener(signal)
    case .ignore: return
    case .end: break
    }
    if let words = state.withLock({ $0.lastWords }) { Console.say(words) }
    // SIGUSR1 asks for an orderly end, which nobody here can give.
    TemporaryPaths.removeAll()
    var usual = sigaction()
    sigaction(signal, &usual, nil)
    kill(getpid(), signal)
  }
}
