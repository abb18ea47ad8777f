import Foundation
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
        ["compare", chain.path, "--devices", "2", "--output", "\(folder.path)/report"],
        writes: "report/comparison.html", in: folder)
    }
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
