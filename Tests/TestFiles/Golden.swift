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
    if isRecording {
      try Data(text.utf8).write(to: file)
      recorded(name, sourceLocation)
      return
    }
    let known = (try? String(contentsOf: file, encoding: .utf8)) ?? "(there is no such file)"
    compare(text, known, name, sourceLocation)
  }

  /// Compares a text with a whole file.
  ///
  /// - Parameters:
  ///   - text: what it should be.
  ///   - path: the file, seen from the root of the repository.
  package static func check(
    _ text: String, page path: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let file = atRoot(path)
    if isRecording {
      guard text != (try? String(contentsOf: file, encoding: .utf8)) else { return }
      try Data(text.utf8).write(to: file)
      recorded(path, sourceLocation)
      return
    }
    let known = (try? String(contentsOf: file, encoding: .utf8)) ?? "(there is no such file)"
    compare(text, known, path, sourceLocation)
  }

  /// Compares a text with the part of a file between the line `<!-- NAME -->` and the next
  /// `<!-- end -->`.
  ///
  /// - Parameters:
  ///   - text: whole lines.
  ///   - part: the name.
  ///   - path: the file, seen from the root of the repository.
  package static func check(
    _ text: String, part: String, of path: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let file = atRoot(path)
    let whole = try String(contentsOf: file, encoding: .utf8)
    guard let begin = whole.range(of: "<!-- \(part) -->\n"),
      let end = whole.range(of: "<!-- end -->", range: begin.upperBound..<whole.endIndex)
    else {
      Issue.record("\(path) has no part \"\(part)\"", sourceLocation: sourceLocation)
      return
    }
    let known = whole[begin.upperBound..<end.lowerBound]
    guard isRecording else {
      compare(text, String(known), "\(path), \(part)", sourceLocation)
      return
    }
    let changed = whole[..<begin.upperBound] + text + whole[end.lowerBound...]
    try Data(changed.utf8).write(to: file)
    recorded("\(path), \(part)", sourceLocation)
  }

  private static func atRoot(_ path: String) -> URL {
    URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../\(path)")
      .standardized
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

  private static var isRecording: Bool {
    ProcessInfo.processInfo.environment["PARTITA_RECORD"] == "1"
  }

  private static func recorded(_ name: String, _ location: SourceLocation) {
    Issue.record("recorded \(name): read it, then test again", sourceLocation: location)
  }

  private static func compare(
    _ text: String, _ known: String, _ name: String, _ location: SourceLocation
  ) {
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
      """, sourceLocation: location)
  }
}
