import ArgumentParser
import Foundation
import PartitaMPI

/// Where the words of a run go: results to standard output, the rest to standard error.
enum Console {
  /// Whether a person watches standard output.
  ///
  /// What a rank sees of it is a pipe or a pseudo-terminal of `mpirun`'s own; what counts is where
  /// `mpirun` writes to.
  static let isTerminal: Bool = {
    guard MPIEnvironment.current != nil else { return isatty(STDOUT_FILENO) == 1 }
    let parent = "/proc/\(getppid())"
    let name = (try? String(contentsOfFile: "\(parent)/comm", encoding: .utf8)) ?? ""
    let launchers = ["mpirun", "mpiexec", "orterun", "prterun", "prte"]
    guard launchers.contains(name.trimmingCharacters(in: .whitespacesAndNewlines)) else {
      return false
    }
    let output =
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "\(parent)/fd/1")) ?? ""
    return output.hasPrefix("/dev/pts/") || output.hasPrefix("/dev/tty")
  }()

  /// Writes a line of results.
  static func print(_ line: String) { show(line + "\n") }

  /// Writes to standard output without ending the line.
  static func show(_ text: String) { write(text, to: .standardOutput) }

  /// Says what went wrong.
  static func complain(_ problem: String) { say("\(mark)\(problem)\n") }

  /// What complaints begin with.
  static let mark = "partita: "

  /// Says something beside the results.
  static func say(_ text: String) { write(text, to: .standardError) }

  /// Does what a verb without ranks does; what goes wrong is said, and the exit code is 1.
  ///
  /// Started on several ranks, such a verb runs on the first alone.
  static func attempt(_ body: () throws -> Void) throws {
    if let environment = MPIEnvironment.current, environment.rank > 0 { return }
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
