import Foundation
import TestFiles
import Testing

/// `scale` and `compare` that were ended early go on with `--resume`.
@Suite(.serialized) struct StudyResumeTests {
  private static let fromBefore = " (from before)"

  private func lines(_ folder: URL) throws -> [Substring] {
    try String(contentsOf: folder.appending(path: "report/measured.jsonl"), encoding: .utf8)
      .split(separator: "\n")
  }

  private struct Report: Decodable {
    struct Measurement: Decodable {
      let ranks: Int
    }
    let command: String
    let measurements: [Measurement]?
  }

  private func report(_ file: URL) throws -> Report {
    try JSONDecoder().decode(Report.self, from: Data(contentsOf: file))
  }

  /// Two warm-ups, two profiles, two launches, a trace; ended while the fourth of them runs.
  @Test(arguments: [SIGINT, SIGTERM, SIGKILL]) func scaleGoesOn(after signal: Int32) throws {
    try Partita.withTemporaryFolder { folder in
      let temporary = folder.appending(path: "tmp")
      try FileManager.default.createDirectory(at: temporary, withIntermediateDirectories: true)
      let report = folder.appending(path: "report")
      let arguments = [
        "scale", Partita.config("digits.yaml"), "--ranks", "1,2", "--repeats", "1", "--steps", "3",
        "--output", report.path,
      ]
      let first = try Partita.runDirectly(
        arguments, before: "export TMPDIR=\(temporary.path);",
        onLine: { line, process in
          if line.hasPrefix("profile on 2 ranks") {
            usleep(300_000)
            kill(process, signal)
          }
        })
      #expect(first.isSignalled && first.status == signal)
      let kept = try lines(folder)
      #expect(kept.count == 4, "the study, two warm-ups, a profile")
      if signal != SIGKILL {
        let advice =
          "partita: what is measured is in \(report.path)/measured.jsonl; go on by: partita "
          + arguments.joined(separator: " ") + " --resume"
        let last = first.error.split(separator: "\n").last ?? ""
        #expect(last == advice, "\(first.error)")
        let left = try FileManager.default.contentsOfDirectory(atPath: temporary.path)
          .filter { $0.hasPrefix("partita-") }
        #expect(left.isEmpty)
        let names = try FileManager.default.contentsOfDirectory(atPath: report.path)
        #expect(names == ["measured.jsonl"])
      }

      let second = try Partita.runDirectly(arguments + ["--resume"])
      try #require(second.status == 0, "\(second.error)")
      let progress = second.error.split(separator: "\n").filter {
        $0.hasPrefix("launch ") || $0.hasPrefix("profile ")
      }
      let known = progress.map { $0.hasSuffix(Self.fromBefore) }
      #expect(known == [true, true, true, false, false, false])
      let remark = second.complaints.first ?? ""
      #expect(remark.hasSuffix("measured.jsonl: 3 measurements"))
      let all = try lines(folder)
      #expect(all.count == 9)
      #expect(Array(all.prefix(4)) == kept)
      let whole = try self.report(report.appending(path: "report.json"))
      #expect(whole.command == "partita " + arguments.joined(separator: " "))
      let ranks = whole.measurements?.map(\.ranks)
      #expect(ranks == [1, 2])

      let names = ["report.html", "report.md", "report.json", "measured.jsonl"]
      let files = try names.map { try Data(contentsOf: report.appending(path: $0)) }
      let third = try Partita.runDirectly(arguments + ["--resume"])
      try #require(third.status == 0, "\(third.error)")
      let again = try names.map { try Data(contentsOf: report.appending(path: $0)) }
      #expect(again == files, "an ended study only makes its report again")
    }
  }

  /// What a comparison says, but for the seconds.
  private func values(_ report: URL) throws -> [[Substring]] {
    try String(contentsOf: report.appending(path: "comparison.csv"), encoding: .utf8)
      .split(separator: "\n").map { line in
        var cells = line.split(separator: ",", omittingEmptySubsequences: false)
        cells.remove(at: 12)
        return cells
      }
  }

  @Test func compareGoesOn() throws {
    try Partita.withTemporaryFolder { folder in
      let (file, report) = (folder.appending(path: "chain.json"), folder.appending(path: "report"))
      try Data(CompareTests.chain().utf8).write(to: file)
      let arguments = [
        "compare", file.path, "--devices", "2,4", "--seeds", "3", "--output", report.path,
      ]
      try #require(try Partita.runDirectly(arguments).status == 0)
      let expected = try values(report)
      let kept = try lines(folder)
      #expect(kept.count == 1 + 2 * (7 + 2 * 3) + 1)
      let command = try self.report(report.appending(path: "comparison.json")).command
      for count in [1, 2, 9, kept.count - 1] {
        try FileManager.default.removeItem(at: report)
        try FileManager.default.createDirectory(at: report, withIntermediateDirectories: false)
        let begun = kept.prefix(count)
        let text = begun.joined(separator: "\n") + "\n" + kept[count].prefix(20)
        try Data(text.utf8).write(to: report.appending(path: "measured.jsonl"))
        let result = try Partita.runDirectly(arguments + ["--resume"])
        try #require(result.status == 0, "\(result.error)")
        #expect(result.error.contains(": \(count - 1) measurement"))
        #expect(try values(report) == expected)
        let all = try lines(folder)
        #expect(Array(all.prefix(count)) == Array(begun))
        #expect(
          try self.report(report.appending(path: "comparison.json")).command == command)
      }
    }
  }

  @Test func whatCannotGoOnIsRefused() throws {
    try Partita.withTemporaryFolder { folder in
      let (file, report) = (folder.appending(path: "chain.json"), folder.appending(path: "report"))
      try Data(CompareTests.chain().utf8).write(to: file)
      let arguments = ["compare", file.path, "--devices", "2", "--methods", "time"]
      let nowhere = try Partita.runDirectly(arguments + ["--resume"])
      #expect(nowhere.status == 64 && nowhere.error.contains("--resume goes with --output"))

      let whole = arguments + ["--output", report.path]
      let anew = try Partita.runDirectly(whole + ["--resume"])
      #expect(anew.status == 0 && anew.error.contains("nothing to go on from"))
      let kept = try lines(folder)
      let other = try Partita.runDirectly(
        ["compare", file.path, "--devices", "2", "--methods", "time,uniform", "--output"]
          + [report.path, "--resume"])
      #expect(other.status == 1 && other.output.isEmpty && other.complaints.count == 1)
      #expect(other.error.contains("--methods was time and is time,uniform"), "\(other.error)")
      #expect(try lines(folder) == kept)

      try Data((kept[..<2].joined(separator: "\n") + "\n").utf8)
        .write(to: report.appending(path: "measured.jsonl"))
      let again = try Partita.runDirectly(whole)
      #expect(again.status == 0)
      #expect(
        again.complaints == [
          "partita: \(report.path)/measured.jsonl had 1 measurement of a study that has not ended, "
            + "which --resume would have taken up; kept as \(report.path)/measured-1.jsonl"
        ])
    }
  }
}
