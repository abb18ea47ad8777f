import Foundation
import PartitaStudy
import Testing

/// Every line of `Documentation/OwnData.md` does what the page says: each kind of data is trained on two
/// ranks, goes on from a checkpoint, is judged, and is asked.
///
/// The data's paths begin at the package's folder, in which tests run; runs go to a folder of the test's own.
@Suite(
  .serialized,
  .enabled(
    if: FileManager.default.currentDirectoryPath
      == Partita.root.path(percentEncoded: false).dropSlash,
    "configurations name data from the package's folder, and this is another"))
struct OwnDataTests {
  /// A chapter of the page: its heading, and its lines.
  struct Chapter: CustomTestStringConvertible, Sendable {
    let testDescription: String
    fileprivate(set) var lines: [String] = []
  }

  static let chapters: [Chapter] = {
    let page = Partita.root.appending(path: "Documentation/OwnData.md")
    var chapters: [Chapter] = []
    for line in ((try? String(contentsOf: page, encoding: .utf8)) ?? "").split(separator: "\n") {
      if line.hasPrefix("## ") {
        chapters.append(Chapter(testDescription: String(line.dropFirst(3))))
      }
      if line.hasPrefix("    $ "), !chapters.isEmpty {
        chapters[chapters.count - 1].lines.append(String(line.dropFirst(6)))
      }
    }
    return chapters
  }()

  @Test func thePageHasAllKinds() {
    #expect(Self.chapters.count == 5)
    #expect(Self.chapters.allSatisfy { $0.lines.count >= 3 })
  }

  @Test(arguments: chapters) func everyLineRuns(_ chapter: Chapter) throws {
    try Partita.withTemporaryFolder { folder in
      var outputs: [String] = []
      for line in chapter.lines {
        let result = try run(line, in: folder.path)
        #expect(result.succeeded, "\(line): \(result.standardError)")
        outputs.append(result.standardOutput)
      }
      // The second training goes on where the first has ended.
      let epochs = outputs.prefix(2).map { text in
        text.split(separator: "\n").compactMap { line in
          line.hasPrefix("epoch ") ? line.dropFirst(6).prefix { $0.isNumber }.count : nil
        }.count
      }
      #expect(epochs[0] > 0 && epochs[1] > 0)
      #expect(outputs[1].contains("done: "))
      #expect(outputs[2].contains("accuracy "))
    }
  }

  /// Runs a line of the page; what it writes goes below `folder`.
  private func run(_ line: String, in folder: String) throws -> LaunchResult {
    var words = Self.words(line)
    var ranks = 1
    if words.prefix(2) == ["mpirun", "-n"] {
      ranks = try #require(Int(words[2]))
      words.removeFirst(3)
    }
    #expect(words.removeFirst() == "partita")
    words = words.map { $0.hasPrefix("runs/") ? "\(folder)/\($0)" : $0 }
    if words[0] == "train" {
      let name = words[1].dropFirst("configs/".count).dropLast(".yaml".count)
      words += ["--analytic", "--set", "output.directory=\(folder)/runs/\(name)"]
    }
    return try Partita.run(words, ranks: ranks)
  }

  /// A line's words; those in quotes are one.
  private static func words(_ line: String) -> [String] {
    line.split(separator: "\"", omittingEmptySubsequences: false).enumerated().flatMap {
      place, part in
      place.isMultiple(of: 2) ? part.split(separator: " ").map(String.init) : [String(part)]
    }
  }
}

extension String {
  fileprivate var dropSlash: String { count > 1 && hasSuffix("/") ? String(dropLast()) : self }
}
