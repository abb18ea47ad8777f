internal import Foundation
internal import PartitaTransport

/// Work on a thread of its own, of the lowest priority: it takes what training leaves over.
final class BackgroundJob<Output: Sendable>: @unchecked Sendable {
  private let monitor = Monitor()
  // Read and written inside the monitor.
  private var outcome: Result<Output, any Error>?

  init(_ body: @escaping @Sendable () throws -> Output) {
    Thread.detachNewThread { [self] in
      // On Linux a thread has a priority of its own (setpriority(2)).
      setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 19)
      let result = Result { try body() }
      monitor.withLock {
        outcome = result
        monitor.wakeAll()
      }
    }
  }

  /// What came of it, nil while it goes on.
  var result: Result<Output, any Error>? { monitor.withLock { outcome } }

  /// Waits for the end.
  func wait() -> Result<Output, any Error> {
    monitor.withLock {
      while true {
        if let outcome { return outcome }
        monitor.wait(seconds: 1)
      }
    }
  }
}
