import Foundation
import PartitaFiles
import PartitaStudy
import PartitaTraining
import Testing

/// `plan`: what it prints, that its plans check, and what it refuses.
@Suite(.serialized) struct PlanVerbTests {
  static let chain = """
    in -- Input -- forward_compute_time=9, backward_compute_time=0, activation_size=8, \
    parameter_size=0
    first -- Linear(4, 4) -- forward_compute_time=100, backward_compute_time=200, \
    activation_size=1000, parameter_size=64
    last -- Linear(4, 4) -- forward_compute_time=50, backward_compute_time=50, \
    activation_size=1000, parameter_size=64
    \tin -- first
    \tfirst -- last
    """

  private func withChain(_ body: (_ path: String, _ folder: URL) throws -> Void) throws {
    try Partita.withTemporaryFolder { folder in
      let file = folder.appending(path: "chain.txt")
      try Self.chain.write(to: file, atomically: true, encoding: .utf8)
      try body(file.path, folder)
    }
  }

  private func plan(_ arguments: [String]) throws -> LaunchResult {
    try Partita.run(["plan"] + arguments)
  }

  @Test func tableAndSentences() throws {
    try withChain { path, _ in
      let result = try plan([path, "--devices", "1"])
      try #require(result.succeeded, "\(result.standardError)")
      let lines = result.standardOutput.split(separator: "\n").map(String.init)
      try #require(lines.count == 5)
      #expect(
        lines[..<3] + lines[4...] == [
          "stage  devices  nodes  first  last  seconds",
          "0      1            2  first  last      0.4",
          "chain takes 0.4 s a minibatch in 1 stage on 1 of 1 devices.",
          "Stage 0 is the bottleneck, 2 nodes from 'first' to 'last' on 1 device; the devices in "
            + "use are busy for 100.0 % of that time.",
        ])
      #expect(lines[3].hasPrefix("It is optimal: no contiguous partition takes less, by "))
    }
  }

  /// A plan goes through a file, and holds for its workload alone.
  @Test(arguments: ["1", "2", "3"]) func plansCheck(_ devices: String) throws {
    try withChain { path, folder in
      let result = try plan([path, "--devices", devices, "--json"])
      try #require(result.succeeded, "\(result.standardError)")
      let text = result.standardOutput
      #expect(
        text.hasPrefix(
          #"{"format":"partita-plan","version":1,"partita_version":"\#(PartitaVersion.current)","#
            + #""workload":"chain","#))
      #expect(text.split(separator: "\n").count == 1)
      let file = folder.appending(path: "chain.plan.json")
      try text.write(to: file, atomically: true, encoding: .utf8)
      let checked = try plan(["--check", file.path, path])
      #expect(checked.succeeded, "\(checked.standardError)")
      #expect(checked.standardOutput.hasPrefix("\(file.path): verified for \(path): value "))

      try text.replacing(/"value":[0-9.e-]*/, with: "\"value\":0.001")
        .write(to: file, atomically: true, encoding: .utf8)
      let lower = try plan(["--check", file.path, path])
      #expect(lower.exitCode == 1 && lower.standardError.contains("chain.plan.json: "))
      try text.write(to: file, atomically: true, encoding: .utf8)
      try (Self.chain + "\n").write(toFile: path, atomically: true, encoding: .utf8)
      let other = try plan(["--check", file.path, path])
      #expect(other.exitCode == 1 && other.standardOutput.isEmpty)
      #expect(other.standardError.contains("input_sha256: the plan is of another file"))
    }
  }

  @Test(arguments: [
    (["--devices", "0"], "--devices takes a number from 1 to 65536, not 0"),
    ([], "give --devices, or a plan to --check"),
    (["--devices", "2", "--bandwidth", "0"], "--bandwidth takes bytes a second above 0"),
    (["--devices", "2", "--memory", "nan"], "--memory takes a number of bytes"),
    (["--devices", "2", "--time-limit", "0"], "--time-limit takes seconds above 0"),
    (["--devices", "2", "--method", "magic"], "magic"),
    (["--check", "x.plan.json", "--devices", "2"], "the plan has its request"),
    (["--check", "no-such.plan.json"], "no-such.plan.json: can't read this file"),
  ]) func isRefused(_ arguments: [String], words: String) throws {
    try withChain { path, _ in
      let result = try plan([path] + arguments)
      #expect(result.exitCode != 0 && result.standardOutput.isEmpty)
      #expect(result.standardError.contains(words), "\(result.standardError)")
    }
  }

  /// A file that is no workload is refused by its path and place.
  @Test(arguments: [
    ("first -- last", "last -- last", "chain.txt: the graph has a cycle"),
    ("first -- last", "first -- lost", "chain.txt: line 5, 'first' to 'lost': there is no node"),
    ("=200", "=-200", "chain.txt: line 2, node 'first': backward_compute_time is '-200'"),
    ("last -- Lin", "first -- Lin", "chain.txt: two nodes are named 'first'"),
    ("\tfirst -- last", "", "chain.txt: line 3: node 'last' has no edge when the file ends"),
    ("in -- Input", "oops", "chain.txt: line 1: this is not JSON"),
  ]) func badFiles(_ old: String, _ new: String, words: String) throws {
    try withChain { path, _ in
      try Self.chain.replacing(old, with: new).write(
        toFile: path, atomically: true, encoding: .utf8)
      let result = try plan([path, "--devices", "2", "--json"])
      #expect(result.exitCode == 1 && result.standardOutput.isEmpty)
      #expect(result.standardError.contains(words), "\(result.standardError)")
    }
  }
}
