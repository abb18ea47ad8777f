import ArgumentParser
import PartitaKeys
import Synchronization

/// Where the words of a run go: results to standard output, the rest to standard error.
enum Console {
  private static let isLent = Mutex(false)

  /// Leaves standard output to a file's text: words that belong there go to standard error from now
  /// on.
  static func lendOutput() { isLent.withLock { $0 = true } }

  /// Where results are said.
  static var results: Terminal { isLent.withLock { $0 } ? .error : .output }

  /// Writes a file's text to standard output.
  static func emit(_ text: String) { Terminal.output.write(text) }

  /// Writes a line of results.
  static func print(_ line: String) { show(line + "\n") }

  /// Writes results without ending the line.
  static func show(_ text: String) { results.write(text) }

  /// Says what went wrong.
  static func complain(_ problem: String) { say("\(mark)\(problem.shortened(to: 1900))\n") }

  /// What complaints begin with.
  static let mark = "partita: "

  /// Says something beside the results.
  static func say(_ text: String) { Terminal.error.write(text) }

  /// Does what a verb without ranks does; what goes wrong is said, and the exit code is 1.
  static func attempt(_ body: () throws -> Void) throws {
    do {
      try body()
    } catch let code as ExitCode {
      throw code
    } catch {
      complain("\(error)")
      throw ExitCode.failure
    }
  }
}
