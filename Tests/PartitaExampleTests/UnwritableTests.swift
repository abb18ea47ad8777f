import Foundation
import TestFiles
import Testing

/// A file that can't be written whole: said once, exit code 1, the older file stays.
@Suite(.serialized) struct UnwritableTests {
  /// The system ends a process that writes beyond the limit, unless it minds the signal.
  private static let limit = "ulimit -f 8;"

  private func check(_ arguments: [String], writes name: String, in folder: URL) throws {
    let file = folder.appending(path: name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data("old".utf8).write(to: file)
    let result = try Partita.runDirectly(arguments, before: Self.limit)
    #expect(result.status == 1 && !result.isSignalled)
    let words = "partita: \(file.path): can't write here: File too large"
    #expect(
      result.complaints.filter { $0.contains("can't write") } == [words[...]], "\(result.error)")
    #expect(try String(contentsOf: file, encoding: .utf8) == "old")
    let names = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String }
    #expect(names?.filter { $0.hasSuffix(".part") } == [])
  }

  @Test(arguments: [
    (["schedule", "--csv"], "a.csv"), (["schedule", "--svg"], "a.svg"),
    (["simulate", "--trace"], "a.trace.json"),
  ]) func filesOfPipelines(verb: [String], name: String) throws {
    try Partita.withTemporaryFolder { folder in
      try check(
        [verb[0], "--kind", "1f1b", "--stages", "16", "--microbatches", "128", verb[1]]
          + ["\(folder.path)/\(name)"], writes: name, in: folder)
    }
  }

  @Test func reportsOfComparisons() throws {
    try Partita.withTemporaryFolder { folder in
      let chain = folder.appending(path: "chain.json")
      try Data(CompareTests.chain().utf8).write(to: chain)
      try check(
        ["compare", chain.path, "--devices", "2", "--methods", "optimal,uniform,time"]
          + ["--output", "\(folder.path)/report"],
        writes: "report/comparison.html", in: folder)
    }
  }

  @Test(.enabled(if: SmallDisk.isPermitted, "a small disk can't be mounted here"))
  func aComparisonGoesOnWhereThereIsRoom() throws {
    try Partita.withTemporaryFolder { folder in
      let disk = try SmallDisk()
      let chain = folder.appending(path: "chain.json")
      try Data(CompareTests.chain().utf8).write(to: chain)
      try disk.write([UInt8](repeating: 1, count: 28_000), to: "other")
      try disk.write([1], to: "comparison.html")
      let arguments = ["compare", chain.path, "--devices", "2,4", "--seeds", "3"]
      let result = try Partita.runDirectly(arguments + ["--output", disk.path])
      #expect(result.status == 1)
      #expect(
        result.complaints.first
          == "partita: \(disk.file("comparison.html")): can't write here: No space left on device")
      #expect(result.complaints.last?.hasSuffix("--output \(disk.path) --resume") == true)
      #expect(result.complaints.count == 2)
      #expect(try disk.names == ["comparison.html", "measured.jsonl", "other"])
      #expect(try disk.read("comparison.html") == [1])

      let report = folder.appending(path: "report")
      try FileManager.default.createDirectory(at: report, withIntermediateDirectories: false)
      try Data(try disk.read("measured.jsonl")).write(to: report.appending(path: "measured.jsonl"))
      let again = try Partita.runDirectly(arguments + ["--output", report.path, "--resume"])
      #expect(again.status == 0 && again.complaints.count == 1)
      #expect(again.error.contains("measured.jsonl: 26 measurements"))
    }
  }

  /// The disk is full in the middle of a measurement: what came before is kept.
  @Test(.enabled(if: SmallDisk.isPermitted, "a small disk can't be mounted here"))
  func aScalingStudyGoesOnWhenThereIsRoom() throws {
    let disk = try SmallDisk(pages: 40)
    // Two pages stay: for the lock, and for the study and its warm-ups, not for the profiles.
    try disk.write([UInt8](repeating: 1, count: 38 * 4096), to: "other")
    let arguments = [
      "scale", Partita.config("digits.yaml"), "--ranks", "2", "--repeats", "1", "--steps", "3",
      "--output", disk.path,
    ]
    let result = try Partita.runDirectly(arguments)
    #expect(result.status == 1 && result.complaints.count == 2, "\(result.error)")
    #expect(
      result.complaints.first
        == "partita: \(disk.file("measured.jsonl")): can't write here: No space left on device")
    #expect(try disk.names == ["measured.jsonl", "other"])

    try disk.write([], to: "other")
    let again = try Partita.runDirectly(arguments + ["--resume"])
    #expect(again.status == 0, "\(again.error)")
    #expect(again.error.split(separator: "(warm-up) (from before)\n").count == 3)
    #expect(again.error.contains("profile on 2 ranks\n"))
    #expect(
      try disk.names == ["measured.jsonl", "other", "report.html", "report.json", "report.md"])
  }

  @Test func standardOutput() throws {
    let result = try Partita.runDirectly(
      ["schedule", "--kind", "1f1b", "--stages", "2", "--microbatches", "4", "--csv", "-"],
      to: ">/dev/full")
    #expect(result.status == 1)
    #expect(result.complaints.count == 1)
    #expect(result.error.contains("standard output can't be written"))
  }
}
