import Foundation
import PartitaFiles
import PartitaReport
import TestFiles
import Testing

/// Reports of several days and machines in one.
@Suite struct ScalingRunsTests {
  /// Reads reports as they lie on a disk.
  private func runs(
    _ reports: [(label: String, json: String)]
  ) throws -> ScalingRuns {
    let folder = FileManager.default.temporaryDirectory.appending(path: "partita-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let records = try reports.map { label, json in
      let path = folder.appending(path: "report.json").path
      try json.write(toFile: path, atomically: true, encoding: .utf8)
      return try ScalingRecord(contentsOf: path, label: label)
    }
    return try ScalingRuns(records, commandLine: "partita report monday tuesday")
  }

  /// A report whose launches took other seconds, as text, on a machine of its own.
  private func changed(_ changes: [(String, String)]) throws -> String {
    try changes.reduce(Examples.report(isPredicted: false).json) { text, change in
      try #require(text.contains(change.0), "\(change.0)")
      return text.replacing(change.0, with: change.1)
    }
  }

  private func twoDays() throws -> ScalingRuns {
    try runs([
      ("monday", Examples.report().json),
      (
        "tuesday",
        changed([
          ("0.0158", "0.0079"), ("0.0162", "0.0081"), ("0.016,", "0.008,"), ("0.0093", "0.0193"),
          ("a processor", "another processor"),
        ])
      ),
    ])
  }

  @Test func secondsOfASampleAreComparedWithTheFirst() throws {
    let report = try twoDays()
    let pairs = report.pairs(report.runs[1])
    #expect(pairs.map(\.ranks) == [1, 2, 4])
    #expect(abs(pairs[0].ratio - 0.5) < 1e-12 && pairs[0].verdict == .faster)
    #expect(pairs[1].verdict == .level, "its launches overlap with those of the first")
    #expect(pairs[2].ratio == 1 && pairs[2].verdict == .level)
    #expect(
      report.remarks == [
        "tuesday takes 0.500 to 1.00 times as long for a sample as monday, on the same numbers of "
          + "ranks: faster on 1, level on 2, slower on 0."
      ])
    #expect(report.differences.map(\.name) == ["processor"])
    #expect(report.differences[0].values == ["a processor", "another processor"])
  }

  @Test func markdownIsGolden() throws {
    try Golden.check(twoDays().markdown, "runs.md")
  }

  @Test func pagesAreWellFormed() throws {
    let report = try twoDays()
    #expect(report.html.contains("p-liner0") && report.html.contains("p-liner1"))
    let json = try JSONSerialization.jsonObject(with: Data(report.json.utf8)) as? [String: Any]
    let runs = try #require(json?["runs"] as? [[String: Any]])
    #expect(runs.map { $0["label"] as? String } == ["monday", "tuesday"])
  }

  @Test func whatCannotBeComparedIsRefused() throws {
    let one = try Examples.report().json
    #expect(throws: ScalingRunsError.alone) { try runs([("a", one)]) }
    #expect(throws: ScalingRunsError.twice(label: "a")) { try runs([("a", one), ("a", one)]) }
    for (from, to, words) in [
      ("\"version\" : 1", "\"version\" : 2", "version 2 of a scaling report"),
      ("\"ranks\" : 1,", "\"ranks\" : 3,", "needs a run on one rank"),
      ("0.0158", "0", "has no seconds above 0"), ("\"machine\"", "\"machin\"", "machine"),
    ] {
      let text = one.replacing(from, with: to)
      try #require(text != one, "\(from)")
      let error = #expect(throws: FileError.self) { try runs([("a", text), ("b", one)]) }
      #expect(error?.reason.contains(words) == true, "\(error?.reason ?? "")")
    }
  }
}
