import Foundation
import Testing

/// Every kind of data of `Documentation/OwnData.md` is trained on two ranks, goes on from a checkpoint, is
/// judged, and is asked, as the page says.
@Suite(.serialized) struct OwnDataTests {
  static let chapters: [String: [PageLines.Line]] = Dictionary(
    grouping: (try? PageLines("Documentation/OwnData.md").lines) ?? [], by: \.heading)

  @Test func thePageHasAllKinds() {
    #expect(Self.chapters.count == 5)
    #expect(Self.chapters.values.allSatisfy { $0.count >= 3 })
  }

  @Test(arguments: chapters.keys.sorted()) func everyLineRuns(_ heading: String) throws {
    let lines = try #require(Self.chapters[heading])
    try Partita.withTemporaryFolder { folder in
      let place = try PageFolder(folder)
      var outputs: [String] = []
      for line in lines {
        let result = try place.run(line)
        #expect(result.status == 0, "\(line.command): \(result.error)")
        outputs.append(result.output)
      }
      // The second training goes on where the first has ended.
      let epochs = outputs.prefix(2).map { text in
        text.split(separator: "\n").count { $0.hasPrefix("epoch ") }
      }
      #expect(epochs[0] > 0 && epochs[1] > 0)
      #expect(outputs[1].contains("done: "))
      #expect(outputs[2].contains("accuracy "))
    }
  }
}
