import Foundation
import PartitaStudy

extension Partita {
  /// What came of a program that no launcher started.
  struct DirectResult {
    let status: Int32
    let isSignalled: Bool
    let output: String
    let error: String

    /// The lines of standard error that are of Partita's own.
    var complaints: [Substring] {
      error.split(separator: "\n").filter { $0.hasPrefix("partita: ") }
    }
  }

  /// Runs `partita` below a shell, which may set limits first, without `mpirun`.
  ///
  /// - Parameters:
  ///   - program: what is run in `partita`'s place.
  ///   - before: what the shell does first, as `ulimit -f 8;`.
  ///   - onLine: told of each line of standard error as it comes, with the process.
  static func runDirectly(
    _ arguments: [String], program: String = executable, before: String = "",
    to output: String = "",
    onLine: (Substring, pid_t) -> Void = { _, _ in }
  ) throws -> DirectResult {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/bash")
    process.arguments = ["-c", "\(before) exec \"$0\" \"$@\" \(output)", program] + arguments
    process.environment = ProcessInfo.processInfo.environment.merging([
      "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
    ]) { $1 }
    let (out, err) = (Pipe(), Pipe())
    process.standardOutput = out
    process.standardError = err
    // The threads of a test runner block signals, and a child inherits that.
    var (none, usual) = (sigset_t(), sigset_t())
    sigemptyset(&none)
    pthread_sigmask(SIG_SETMASK, &none, &usual)
    defer { pthread_sigmask(SIG_SETMASK, &usual, nil) }
    try process.run()
    // Both streams at once: a full pipe would hold the process up.
    let text = Collected()
    let (handle, hasEnded) = (out.fileHandleForReading, DispatchSemaphore(value: 0))
    Thread.detachNewThread {
      text.data = handle.readDataToEndOfFile()
      hasEnded.signal()
    }
    var (error, rest) = ("", "")
    while case let data = err.fileHandleForReading.availableData, !data.isEmpty {
      error += String(decoding: data, as: UTF8.self)
      rest += String(decoding: data, as: UTF8.self)
      while let end = rest.firstIndex(of: "\n") {
        onLine(rest[..<end], process.processIdentifier)
        rest.removeSubrange(...end)
      }
    }
    hasEnded.wait()
    process.waitUntilExit()
    return DirectResult(
      status: process.terminationStatus,
      isSignalled: process.terminationReason == .uncaughtSignal,
      output: String(decoding: text.data, as: UTF8.self), error: error)
  }
}

/// What a thread has read; looked at when it has ended.
private final class Collected: @unchecked Sendable {
  var data = Data()
}
