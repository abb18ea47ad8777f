import Foundation
import PartitaConfig
import PartitaKeys
import PartitaPlan
import TestFiles
import Testing

/// A few lines never take all memory, and a deep text never the whole stack.
@Suite struct YAMLBoundTests {
  @Test(arguments: [
    ("[*a4, *a4]", "more than 100000 words, lists and mappings, aliases written out"),
    ("{x: *a30}", "more than 100000 words, lists and mappings, aliases written out"),
    ("{*a30 : 1}", "where there are aliases, as in line 2, every key must be a word"),
    ("{? *a30 : 1}", "where there are aliases, as in line 2, every key must be a word"),
    ("{[*a30]: 1}", "where there are aliases, as in line 2, every key must be a word"),
  ])
  func aliasesOfAliases(last: String, problem: String) {
    // Each line is twenty of the line before: a laugh for each of 20 to the 30th.
    var lines = ["a0: &a0 [lol]"]
    for level in 1...30 {
      lines.append(
        "a\(level): &a\(level) [\(Array(repeating: "*a\(level - 1)", count: 20).joined(separator: ","))]"
      )
    }
    let start = ContinuousClock.now
    let error = #expect(throws: ConfigError.self) {
      try ConfigNode(yaml: (lines + ["last: \(last)"]).joined(separator: "\n")) {
        .file("run.yaml", line: $0)
      }
    }
    #expect(error?.description.hasSuffix(problem) == true, "\(String(describing: error))")
    #expect(ContinuousClock.now - start < .seconds(5))
  }

  @Test func aliasesMayBeUsed() throws {
    let config = try TrainingConfig(
      yaml: """
        data: &data {name: digits}
        model: {kind: mlp, widths: &widths [64, 32, 10]}
        parallel: {cuts: &cuts [linear2]}
        # A [comment]: * no alias of it, and files/*.txt are none.
        output: {directory: "*a: b"}
        """, file: "run.yaml")
    let again = try TrainingConfig(
      yaml: """
        data: {name: digits}
        model: {kind: mlp, widths: [64, &n 32, 10]}
        training: {batch: *n}
        """, file: "run.yaml")
    #expect(config.output.directory == "*a: b")
    #expect(again.training.batch == 32)
  }

  @Test func aliasesBesideVeryMuchElse() {
    let deep = (0..<300).map {
      "a\($0): &a\($0) [[[[[[[[[[[[[[[[[[[[*a\($0 - 1)]]]]]]]]]]]]]]]]]]]]"
    }
    let error = #expect(throws: ConfigError.self) {
      try ConfigNode(yaml: (["a-1: &a-1 x"] + deep).joined(separator: "\n")) {
        .file("run.yaml", line: $0)
      }
    }
    #expect(
      error?.description.hasPrefix("run.yaml:2: a text with aliases, as here, has at most") == true)
  }

  @Test(arguments: ["[", "{a: ", "[{a: ", "- ", "? "], [101, 1001, 100_000])
  func deepNesting(bracket: String, depth: Int) {
    let error = #expect(throws: ConfigError.self) {
      try TrainingConfig(yaml: String(repeating: bracket, count: depth), file: "run.yaml")
    }
    #expect((error?.description.utf8.count ?? 0) < 2000)
  }

  @Test func manyNodes() {
    let list = Array(repeating: "1", count: 100_000).joined(separator: ",")
    let error = #expect(throws: ConfigError.self) {
      try TrainingConfig(yaml: "seed: [\(list)]", file: "run.yaml")
    }
    #expect(
      error?.description
        == "run.yaml:1: more than 100000 words, lists and mappings, aliases written out")
  }

  @Test func largeFiles() throws {
    let folder = try TemporaryFolder()
    try folder.write([UInt8](repeating: 0x20, count: (1 << 22) + 1), to: "a.yaml")
    let words = "it has more than 4194304 bytes, the most that is read of such a file"
    let path = folder.file("a.yaml")
    let run = #expect(throws: ConfigError.self) { try TrainingConfig(contentsOf: path) }
    #expect(run == .unreadable(file: path, reason: words))
    let cluster = #expect(throws: ConfigError.self) { try Cluster(contentsOf: path) }
    #expect(cluster == .unreadable(file: path, reason: words))
  }

  @Test func aByteOrderMarkIsNoKey() throws {
    let folder = try TemporaryFolder()
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let run = "data: {name: digits}\nmodel: {kind: mlp, widths: [64, 10]}\n"
    try folder.write(mark + Array(run.utf8), to: "run.yaml")
    #expect(try TrainingConfig(contentsOf: folder.file("run.yaml")).name == "run")
    let cluster = """
      name: x
      hosts: 1
      devices_per_host: 1
      processor: {name: p, flops_per_second: 1e12, bytes_per_second: 1e11, memory_bytes: 1}
      """
    try folder.write(mark + Array(cluster.utf8), to: "cluster.yaml")
    #expect(try Cluster(contentsOf: folder.file("cluster.yaml")).hosts == 1)
    try folder.write([0xFF, 0xFE] + Array(run.utf8).flatMap { [$0, 0] }, to: "run.yaml")
    let error = #expect(throws: ConfigError.self) {
      try TrainingConfig(contentsOf: folder.file("run.yaml"))
    }
    #expect(error?.description.contains("it is UTF-16 text") == true)
  }
}
