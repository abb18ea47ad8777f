import Foundation
import PartitaStudy
import PartitaTraining
import Testing

/// `partita scale`: a report from a real measurement, and words for what can't work.
@Suite(.serialized) struct ScaleTests {
  private func scale(_ arguments: [String]) throws -> LaunchResult {
    try Partita.run(["scale"] + arguments)
  }

  @Test(arguments: [false, true]) func writesTheReport(isWeak: Bool) throws {
    try Partita.withTemporaryFolder { folder in
      let output = folder.appending(path: "report")
      let result = try scale(
        [
          Partita.config("digits.yaml"), "--ranks", "2", "--repeats", "2", "--steps", "3",
          "--output", output.path,
        ] + (isWeak ? ["--weak"] : []))
      try #require(result.succeeded, "\(result.standardError)")
      let files = try FileManager.default.contentsOfDirectory(atPath: output.path)
      #expect(files.sorted() == ["measured.jsonl", "report.html", "report.json", "report.md"])
      let json = try Data(contentsOf: output.appending(path: "report.json"))
      let report = try #require(JSONSerialization.jsonObject(with: json) as? [String: Any])
      let measurements = try #require(report["measurements"] as? [[String: Any]])
      #expect(measurements.map { $0["ranks"] as? Int } == [1, 2], "one rank is always measured")
      #expect(measurements.map { ($0["repeats"] as? [Double])?.count } == [2, 2])
      #expect(measurements.map { $0["batch"] as? Int } == [64, isWeak ? 128 : 64])
      #expect(measurements.map { $0["microbatches"] as? Int } == [4, isWeak ? 8 : 4])
      let progress = result.standardError.split(separator: "\n").filter {
        $0.hasPrefix("launch ")
      }
      #expect(progress.count == 6)
    }
  }

  @Test(arguments: [
    (["--ranks", "0,2"], "\"0\" in \"0,2\" is none"),
    (["--ranks", "2,x"], "\"x\" in \"2,x\" is none"),
    (["--ranks", "2;4"], "numbers from 1 to 65536 with commas between them"),
    (["--ranks", "2,2"], "has 2 twice"),
    (["--ranks", "2", "--repeats", "0"], "--repeats takes a number above 0, not 0"),
    (["--ranks", "2", "--steps", "0"], "--steps takes a number above 0, not 0"),
    (["--ranks", "64"], "64 ranks can't be"),
    (["--ranks", "2", "--set", "training.batch=2000"], "a batch of 2000 is larger"),
    (["--ranks", "4", "--set", "parallel.stages=3"], "the model has 2"),
    (["--ranks", "2", "--set", "training.learning_rate=1.0e30"], "the run on 1 rank failed: step"),
    (["--ranks", "2", "--timeout", "0.01"], "their time was up"),
  ]) func whatCannotWorkIsRefused(arguments: [String], words: String) throws {
    try Partita.withTemporaryFolder { folder in
      let output = "\(folder.path)/report"
      let result = try scale([Partita.config("digits.yaml"), "--output", output] + arguments)
      #expect(result.exitCode != 0 && !result.timedOut)
      #expect(result.standardError.contains(words), "\(result.standardError)")
      #expect(!FileManager.default.fileExists(atPath: "\(output)/report.html"))
    }
  }

  @Test func aMissingConfigurationIsSaid() throws {
    let result = try scale(["no-such.yaml", "--ranks", "2"])
    #expect(result.exitCode == 1)
    #expect(result.standardError.contains("no-such.yaml: can't read"))
  }
}
