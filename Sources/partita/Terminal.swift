import Foundation
import PartitaMPI

/// One of the two streams that a command writes to, and who reads it.
struct Terminal: Sendable {
  /// Whether a person watches who can see a line drawn anew.
  let isWatched: Bool
  private let file: Int32
  /// The terminal's device, empty for the file itself; nil where there is none.
  private let path: String?

  /// Standard error.
  static let error = Terminal(file: STDERR_FILENO, at: isatty(STDERR_FILENO) == 1 ? "" : nil)

  /// Standard output.
  ///
  /// What a rank sees of it is a pipe or a pseudo-terminal of `mpirun`'s own; what counts is where
  /// `mpirun` writes to.
  static let output: Terminal = {
    guard MPIEnvironment.current != nil else {
      return Terminal(file: STDOUT_FILENO, at: isatty(STDOUT_FILENO) == 1 ? "" : nil)
    }
    let parent = "/proc/\(getppid())"
    let name = (try? String(contentsOfFile: "\(parent)/comm", encoding: .utf8)) ?? ""
    let launchers = ["mpirun", "mpiexec", "orterun", "prterun", "prte"]
    guard launchers.contains(name.trimmingCharacters(in: .whitespacesAndNewlines)),
      let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "\(parent)/fd/1"),
      path.hasPrefix("/dev/pts/") || path.hasPrefix("/dev/tty")
    else { return Terminal(file: STDOUT_FILENO, at: nil) }
    return Terminal(file: STDOUT_FILENO, at: path)
  }()

  /// - Parameter path: the terminal's device, empty for the file itself; nil where there is none.
  private init(file: Int32, at path: String?) {
    self.file = file
    self.path = path
    isWatched = path != nil && ProcessInfo.processInfo.environment["TERM"] != "dumb"
  }

  /// The characters of a line at the moment, for a window may change; 80 where nothing says it.
  var columns: Int {
    path.flatMap { $0.isEmpty ? Self.width(of: file) : Self.width(at: $0) } ?? 80
  }

  /// Writes to the stream.
  func write(_ text: String) { StandardStreams.write(text, to: file) }

  private static func width(at path: String) -> Int? {
    let device = open(path, O_RDONLY | O_NOCTTY)
    guard device >= 0 else { return nil }
    defer { close(device) }
    return width(of: device)
  }

  /// What the terminal itself says, or else the environment.
  private static func width(of file: Int32) -> Int? {
    var size = winsize()
    if ioctl(file, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
    return ProcessInfo.processInfo.environment["COLUMNS"].flatMap { Int($0) }
  }
}
