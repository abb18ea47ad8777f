import Foundation
import PartitaStudy
import TestFiles
import Testing

/// `tradeoff`: what it predicts by heart, what it measures by law.
@Suite(.serialized) struct TradeoffVerbTests {
  private static let cluster = ["--cluster", Partita.config("clusters/two-core-cpu.yaml")]

  /// What is predicted is the same each time; the chapter's page has another network, and another answer.
  @Test func predictionsAreGolden() throws {
    let result = try Partita.runDirectly(
      ["tradeoff", Partita.config("digits.yaml"), "--memory", "2e5", "--ranks", "2"]
        + Self.cluster)
    #expect(result.status == 0, "\(result.error)")
    try Golden.check(result.output, "tradeoff-digits.txt")
  }

  /// Ways run side by side in one launch, of one rank and of two; ways of one batch and rate have one curve.
  @Test func waysAreMeasured() throws {
    try Partita.withTemporaryFolder { folder in
      let result = try Partita.runDirectly([
        "tradeoff", Partita.config("digits.yaml"), "--memory", "270000", "--ranks", "2",
        "--seconds",
        "2", "--samples", "640", "--json", "--output", folder.path,
      ])
      try #require(result.status == 0, "\(result.error)")
      let record = try #require(
        try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
      let ways = try #require(record["ways"] as? [[String: Any]])
      var curves: [String: [Double]] = [:]
      for way in ways where way["partition"] is String {
        #expect(way["measured"] is Double && way["predicted_then"] is Double, "\(way)")
        let points = try #require(way["losses"] as? [[String: Any]])
        let losses = points.compactMap { $0["loss"] as? Double }
        #expect(points.last?["samples"] as? Int == 640 && losses.count > 5)
        let key = "\(way["batch"] ?? "") \(way["learning_rate"] ?? "")"
        #expect(curves[key, default: losses] == losses)
        curves[key] = losses
      }
      #expect(curves.count == 3)
      let page = try String(
        contentsOf: folder.appending(path: "tradeoff.html"), encoding: .utf8)
      #expect(page.contains("Loss by seconds of steps") && !page.contains("<script"))
      let written = try String(
        contentsOf: folder.appending(path: "tradeoff.json"), encoding: .utf8)
      #expect(written == result.output)
    }
  }

  @Test(arguments: [
    (["--memory", "0"], "--memory takes a number of bytes, not 0"),
    (["--memory", "1e6", "--ranks", "0"], "--ranks takes a number above 0, not 0"),
    (["--memory", "1e6", "--samples", "-3"], "--samples takes a number above 0, not -3"),
    ([], "--memory"),
  ]) func refusesInWords(_ more: [String], _ words: String) throws {
    let result = try Partita.runDirectly(["tradeoff", Partita.config("digits.yaml")] + more)
    #expect(result.status == 64 && result.error.contains(words), "\(result.error)")
  }
}
