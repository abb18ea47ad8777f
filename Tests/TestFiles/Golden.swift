internal import Foundation
package import Testing

/// Texts that a person has read and found right.
///
/// `PARTITA_RECORD=1` writes them anew and fails all the same: a recording is not a test.
package enum Golden {
  /// Compares a text with the file of this name in the folder `Golden` beside the test, or above it.
  package static func check(
    _ text: String, _ name: String, beside test: String = #filePath,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let file = folder(above: URL(filePath: test)).appending(path: name)
    if ProcessInfo.processInfo.environment["PARTITA_RECORD"] == "1" {
      try Data(text.utf8).write(to: file)
      Issue.record("recorded \(name): read it, then test again", sourceLocation: sourceLocation)
      return
    }
    let known = (try? String(contentsOf: file, encoding: .utf8)) ?? "(there is no such file)"
    guard known != text else { return }
    let (lines, knownLines) = (
      text.components(separatedBy: "\n"), known.components(separatedBy: "\n")
    )
    let line =
      zip(lines, knownLines).enumerated().first { $0.element.0 != $0.element.1 }?.offset
      ?? min(lines.count, knownLines.count)
    func shown(_ lines: [String]) -> String { line < lines.count ? lines[line] : "(the end)" }
    Issue.record(
      """
      \(name), line \(line + 1):
        is     \(shown(lines))
        not    \(shown(knownLines))
      PARTITA_RECORD=1 records it
      """, sourceLocation: sourceLocation)
  }

  private static func folder(above test: URL) -> URL {
    var folder = test.deletingLastPathComponent()
    while folder.pathComponents.count > 1 {
      let golden = folder.appending(path: "Golden")
      if FileManager.default.fileExists(atPath: golden.path) { return golden }
      folder.deleteLastPathComponent()
    }
    return test.deletingLastPathComponent().appending(path: "Golden")
  }
}
