import Foundation
import Testing

/// The examples of the landing pages: each file in Snippets has one, runs it and checks what comes
/// of it.
@Suite struct Snippets {}

/// What a landing page shows is what its snippet's file runs.
@Suite struct SnippetTests {
  static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// The products that other packages may import, as the manifest names them.
  static let products: [String] = {
    let manifest = try? String(contentsOf: root.appending(path: "Package.swift"), encoding: .utf8)
    let list = manifest?.components(separatedBy: "let rooms = [").last?
      .components(separatedBy: "]").first
    return (list ?? "").components(separatedBy: "\"").filter { $0.hasPrefix("Partita") }
  }()

  @Test func theManifestNamesTheProducts() {
    #expect(Self.products.count >= 20 && Self.products.contains("PartitaGraph"))
  }

  @Test(arguments: products) func aPageShowsWhatItsSnippetRuns(_ product: String) throws {
    let file = Self.root.appending(path: "Tests/DocumentationTests/Snippets/\(product).swift")
    let snippet = Snippet(try String(contentsOf: file, encoding: .utf8))
    #expect(snippet.imports.contains("import \(product)"))
    #expect(!snippet.lines.isEmpty)

    let page = Self.root.appending(path: "Sources/\(product)/\(product).docc/\(product).md")
    let text = try String(contentsOf: page, encoding: .utf8)
    let parts = text.components(separatedBy: "```")
    try #require(parts.count == 3, "a page has one block of code")
    let shown = "swift\n\(snippet.text)\n"
    guard parts[1] != shown else { return }
    if ProcessInfo.processInfo.environment["PARTITA_RECORD"] == "1" {
      try "\(parts[0])```\(shown)```\(parts[2])".write(to: page, atomically: true, encoding: .utf8)
    }
    Issue.record("\(product).md shows something else; PARTITA_RECORD=1 records it")
  }
}

/// The part of a test's file that a page shows: what it imports of Partita, and the lines between
/// `// snippet` and `// end`.
private struct Snippet {
  private(set) var imports: [String] = []
  private(set) var lines: [String] = []

  init(_ file: String) {
    var isInside = false
    for line in file.components(separatedBy: "\n") {
      switch line.trimmingCharacters(in: .whitespaces) {
      case "// snippet": isInside = true
      case "// end": isInside = false
      case let word where word.hasPrefix("import Partita"): imports.append(word)
      default: if isInside { lines.append(line) }
      }
    }
    let blanks = lines.filter { !$0.isEmpty }.map { $0.prefix { $0 == " " }.count }
    lines = lines.map { String($0.dropFirst(blanks.min() ?? 0)) }
  }

  var text: String { (imports + [""] + lines).joined(separator: "\n") }
}
