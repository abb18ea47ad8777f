import Foundation
import Testing

/// The commands that a page prints, `$ command` in its blocks of code, with what it shows of their output.
struct PageLines {
  /// A command of a page.
  struct Line: Sendable, CustomTestStringConvertible {
    /// As a shell takes it.
    let command: String
    /// The lines that the page shows below it.
    var shown: [String] = []
    /// The headings above it, the last one first.
    let heading: String

    var testDescription: String { command }

    /// Whether the page shows that it fails.
    var fails: Bool { shown.first?.hasPrefix("partita: ") ?? false }
  }

  let lines: [Line]

  /// Reads a page of the package.
  init(_ path: String) throws {
    let page = try String(contentsOf: Partita.root.appending(path: path), encoding: .utf8)
    var lines: [Line] = []
    var heading = ""
    var (isFenced, isOpen) = (false, false)
    for line in page.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
      if line.hasPrefix("```") {
        (isFenced, isOpen) = (!isFenced, false)
        continue
      }
      guard isFenced || line.hasPrefix("    ") else {
        if line.hasPrefix("#") { heading = String(line.drop { $0 == "#" || $0 == " " }) }
        isOpen = false
        continue
      }
      let text = isFenced ? line : String(line.dropFirst(4))
      if text.hasPrefix("$ ") {
        lines.append(Line(command: String(text.dropFirst(2)), heading: heading))
        isOpen = true
      } else if isOpen, let last = lines.last, last.command.hasSuffix("\\"), last.shown.isEmpty {
        lines[lines.count - 1] = Line(
          command: last.command.dropLast() + text.trimmingCharacters(in: .whitespaces),
          heading: heading)
      } else if isOpen {
        lines[lines.count - 1].shown.append(text)
      }
    }
    self.lines = lines
  }
}

/// A folder in which a page's commands run as a reader would type them in a copy of the package: its
/// configurations and workloads are there, and what runs write is gone with it.
struct PageFolder {
  let path: String

  init(_ folder: URL) throws {
    path = folder.path
    for name in ["configs", "Examples", "Documentation"] {
      try FileManager.default.createSymbolicLink(
        atPath: "\(path)/\(name)", withDestinationPath: Partita.root.appending(path: name).path)
    }
  }

  /// Runs a line by a shell that knows `partita`, and nothing of how root may start ranks.
  /// - Parameter before: what stands before the shell, as `taskset -c 0`.
  func run(_ line: PageLines.Line, before: [String] = []) throws -> Partita.DirectResult {
    try run(line.command, before: before)
  }

  /// Runs a command in the same way.
  func run(_ command: String, before: [String] = []) throws -> Partita.DirectResult {
    let tools = URL(filePath: Partita.executable).deletingLastPathComponent().path
    let script =
      "unset OMPI_ALLOW_RUN_AS_ROOT OMPI_ALLOW_RUN_AS_ROOT_CONFIRM; cd '\(path)'; "
      + "export PATH='\(tools)':$PATH XDG_CACHE_HOME='\(path)/cache'\n\(command)"
    let words = before + ["/bin/bash", "-c", script]
    return try Partita.runDirectly(
      Array(words.dropFirst()), program: words[0].hasPrefix("/") ? words[0] : "/usr/bin/\(words[0])"
    )
  }
}
