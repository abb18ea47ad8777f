import ArgumentParser
import Foundation

/// Where the words of a run go: results to standard output, the rest to standard error.
enum Console {
  /// Whether a person watches.
  static let isTerminal = isatty(STDERR_FILENO) == 1

  /// Writes a line of results.
  static func print(_ line: String) { write(line + "\n", to: .standardOutput) }

  /// Says what went wrong.
  static func complain(_ problem: String) {
    write("partita: \(problem)\n", to: .standardError)
  }

  /// Says something beside the results.
  static func say(_ text: String) { write(text, to: .standardError) }

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

  private static func write(_ text: String, to file: FileHandle) {
    try? file.write(contentsOf: Data(text.utf8))
  }
}
