import Foundation
import TestFiles
import Testing

/// The chapter shows what its commands print and draw, to the last character.
@Suite struct ChapterTests {
  private static let page = "Documentation/Chapter.md"

  private static func text(_ path: String) throws -> String {
    try String(contentsOf: Partita.root.appending(path: path), encoding: .utf8)
  }

  @Test func everyOutputAndPictureIsThatOfItsCommand() throws {
    let page = try Self.text(Self.page)
    try Partita.withTemporaryFolder { folder in
      let place = try PageFolder(folder)
      var commands = 0
      let printed = try ShownOutputs(page).text { command throws in
        let result = try place.run(command)
        #expect(result.status == 0, "\(command): \(result.error)")
        commands += 1
        return result.output
      }
      #expect(commands >= 15)
      try Golden.check(printed, page: Self.page)
      for picture in page.matches(of: /\]\(chapter\/([a-z-]+\.svg)\)/).map(\.1) {
        let drawn = try String(
          contentsOf: folder.appending(path: String(picture)), encoding: .utf8)
        try Golden.check(drawn, page: "Documentation/chapter/\(picture)")
      }
    }
  }

  /// No picture is left over, and the graph's nodes that the page shows are those of the code.
  @Test func showsWhatThereIs() throws {
    let page = try Self.text(Self.page)
    let folder = Partita.root.appending(path: "Documentation/chapter").path
    for file in try FileManager.default.contentsOfDirectory(atPath: folder) {
      #expect(page.contains("](chapter/\(file))"), "\(file)")
    }
    let graph = try Self.text("Tests/PartitaGraphTests/Fixtures/mlp-graph.txt")
    let nodes = page.split(separator: "\n").filter { $0.hasPrefix("%") && $0.contains(" = ") }
    #expect(nodes.count > 10)
    let known = Set(graph.split(separator: "\n"))
    #expect(nodes.filter { !known.contains($0) } == [])
  }
}

/// A page's blocks of code that begin with `$ command`, each followed by what the command prints.
///
/// Where a block shows `...`, lines are left out there; the others must be printed in that order.
private struct ShownOutputs {
  private let lines: [String]

  init(_ page: String) {
    lines = page.components(separatedBy: "\n")
  }

  /// The page with what commands print now.
  func text(_ run: (String) throws -> String) throws -> String {
    var text: [String] = []
    var (index, isFenced) = (0, false)
    while index < lines.count {
      let line = lines[index]
      index += 1
      text.append(line)
      if line.hasPrefix("```") { isFenced.toggle() }
      guard isFenced, line.hasPrefix("$ ") else { continue }
      var command = String(line.dropFirst(2))
      while command.hasSuffix("\\") {
        command = command.dropLast() + lines[index].trimmingCharacters(in: .whitespaces)
        text.append(lines[index])
        index += 1
      }
      let start = index
      while !lines[index].hasPrefix("```"), !lines[index].hasPrefix("$ ") { index += 1 }
      let shown = Array(lines[start..<index])
      var printed = try run(command).components(separatedBy: "\n")
      if printed.last == "" { printed.removeLast() }
      text += shown.contains("...") ? Self.left(of: shown, in: printed) : printed
    }
    return text.joined(separator: "\n")
  }

  /// What a block that leaves lines out may go on showing.
  private static func left(of shown: [String], in printed: [String]) -> [String] {
    var rest = printed[...]
    return shown.map { line in
      guard line != "..." else { return line }
      guard let place = rest.firstIndex(of: line) else { return "(not printed) \(line)" }
      rest = rest[(place + 1)...]
      return line
    }
  }
}
