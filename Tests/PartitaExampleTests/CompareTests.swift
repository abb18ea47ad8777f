import Foundation
import PartitaStudy
import PartitaTraining
import Testing

/// `partita compare`: a table, four files, and words for what can't work.
@Suite(.serialized) struct CompareTests {
  /// A chain of 20 nodes in the neutral form, two of them with most of the work.
  static func chain() -> String {
    let nodes = (0..<20).map { node in
      "{\"id\":\"n\(node)\",\"name\":\"layer\",\"forward_ms\":\(node % 9 == 4 ? 90 : 1),"
        + "\"backward_ms\":2,\"activation_bytes\":\(1000 * (20 - node)),"
        + "\"parameter_bytes\":\(100 * node)}"
    }
    let edges = (0..<19).map { "[\"n\($0)\",\"n\($0 + 1)\",\(1000 * (20 - $0))]" }
    return "{\"name\":\"chain\",\"family\":\"pipedream\",\"source\":\"none\",\"nodes\":["
      + nodes.joined(separator: ",") + "],\"edges\":[" + edges.joined(separator: ",") + "]}"
  }

  private func compare(
    _ arguments: [String], in folder: URL, file: String? = nil
  ) throws -> LaunchResult {
    let path = folder.appending(path: "chain.json")
    try Data((file ?? Self.chain()).utf8).write(to: path)
    return try Partita.run(["compare", path.path] + arguments)
  }

  @Test func writesTheTableAndFourFiles() throws {
    try Partita.withTemporaryFolder { folder in
      let output = folder.appending(path: "report")
      let result = try compare(
        ["--devices", "2,16", "--seeds", "3", "--output", output.path], in: folder)
      try #require(result.succeeded, "\(result.standardError)")
      // METIS would print that some parts stay empty.
      #expect(result.standardOutput.hasPrefix("chain, 20 nodes: time of a minibatch\n"))
      #expect(!result.standardOutput.contains("***"))
      let files = try FileManager.default.contentsOfDirectory(atPath: output.path)
      #expect(
        files.sorted() == [
          "comparison.csv", "comparison.html", "comparison.json", "comparison.md",
          "comparison.plans.jsonl", "measured.jsonl",
        ])
      let rows = try String(contentsOf: output.appending(path: "comparison.csv"), encoding: .utf8)
        .split(separator: "\n").dropFirst().map {
          $0.split(separator: ",", omittingEmptySubsequences: false)
        }
      #expect(rows.count == 2 * (7 + 2 * 3))
      for devices in ["2", "16"] {
        let values = rows.filter { $0[3] == devices }.compactMap { Double($0[6]) }
        let optimal = try #require(rows.first { $0[3] == devices && $0[4] == "optimal" })
        #expect(Double(optimal[6]) == values.min(), "never above a baseline")
      }
    }
  }

  @Test func equalSeedsGiveEqualValues() throws {
    try Partita.withTemporaryFolder { folder in
      let values = try (0..<2).map { run in
        let output = folder.appending(path: "report\(run)")
        let result = try compare(
          [
            "--devices", "3", "--methods", "random,metis,time", "--seeds", "4", "--output",
            output.path,
          ], in: folder)
        try #require(result.succeeded, "\(result.standardError)")
        return try String(
          contentsOf: output.appending(path: "comparison.csv"), encoding: .utf8
        ).split(separator: "\n").map { row in
          row.split(separator: ",", omittingEmptySubsequences: false)[3...8].map(String.init)
        }
      }
      #expect(values[0] == values[1] && values[0].count == 10)
    }
  }

  /// A limit that no method keeps is a row with words, not a failure.
  @Test func brokenLimitsAreRows() throws {
    try Partita.withTemporaryFolder { folder in
      let result = try compare(
        ["--devices", "2", "--methods", "uniform", "--memory", "1"], in: folder)
      try #require(result.succeeded, "\(result.standardError)")
      #expect(result.standardOutput.contains(" 0 takes 319000.0 bytes of 1.0"))
    }
  }

  /// On a network of our own: the planner is never above another method, and pages are written.
  @Test func aNetworkIsCutByEveryMethod() throws {
    try Partita.withTemporaryFolder { folder in
      let line = [
        "compare", Partita.config("skip.yaml"), "--ranks", "1,2,3", "--seeds", "2", "--cluster",
        Partita.config("clusters/ethernet-25-gbe.yaml"), "--output", folder.path + "/report",
      ]
      let result = try Partita.run(line)
      try #require(result.succeeded, "\(result.standardError)")
      let files = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/report")
      #expect(files.sorted() == ["measured.jsonl", "network.html", "network.json", "network.md"])
      let text = try Data(contentsOf: folder.appending(path: "report/network.json"))
      let report = try #require(JSONSerialization.jsonObject(with: text) as? [String: Any])
      let cases = try #require(report["cases"] as? [[String: Any]])
      #expect(cases.count == 3)
      for one in cases {
        let methods = try #require(one["methods"] as? [[String: Any]])
        #expect(methods.count == 9)
        let seconds = methods.compactMap { $0["best_seconds"] as? Double }
        #expect(methods[0]["method"] as? String == "optimal" && seconds[0] == seconds.min())
        #expect(one["lower_bound"] as? Double ?? .infinity <= seconds[0])
      }
    }
  }

  /// Measured plans run in one launch, and what was measured is taken up again.
  @Test func aNetworksPlansAreMeasured() throws {
    try Partita.withTemporaryFolder { folder in
      let line = [
        "compare", Partita.config("digits.yaml"), "--ranks", "2", "--methods",
        "optimal,uniform,data-parallel", "--measure", "--race-seconds", "1", "--output",
        folder.path + "/report",
      ]
      let result = try Partita.run(line)
      try #require(result.succeeded, "\(result.standardError)")
      #expect(result.standardOutput.contains("A plan that ran twice in the same launch"))
      let again = try Partita.run(line + ["--resume"])
      #expect(again.standardOutput == result.standardOutput)
      #expect(again.standardError.contains("on 2 ranks (from before)"))
    }
  }

  @Test(arguments: [
    (["--devices", "2"], "is a configuration: it takes --ranks and not --devices"),
    ([], "give the numbers of --ranks, as 2,3,4"),
    (["--ranks", "2", "--schedule", "best"], "--schedule takes one of gpipe"),
    (["--ranks", "2", "--race-seconds", "1"], "--race-seconds goes with --measure"),
    (["--ranks", "2", "--measure", "--cluster", "c.yaml"], "--measure is this machine"),
  ]) func aBadRequestForANetworkIsRefused(arguments: [String], words: String) throws {
    let result = try Partita.run(["compare", Partita.config("digits.yaml")] + arguments)
    #expect(result.exitCode == 64)
    #expect(result.standardError.contains(words), "\(result.standardError)")
  }

  @Test(arguments: [
    (["--devices", "0"], "\"0\" in \"0\" is none"),
    (["--devices", "2", "--methods", "best"], "\"best\" is none"),
    (["--devices", "2", "--seeds", "0"], "--seeds takes a number above 0, not 0"),
    (["--devices", "2", "--memory", "0"], "--memory takes a number above 0, not 0"),
    (["--devices", "2", "no-such.json"], "no-such.json: can't read"),
  ]) func whatCannotWorkIsRefused(arguments: [String], words: String) throws {
    try Partita.withTemporaryFolder { folder in
      let result = try compare(arguments, in: folder)
      #expect(result.exitCode != 0 && !result.timedOut)
      #expect(result.standardError.contains(words), "\(result.standardError)")
    }
  }

  @Test func aBadFileIsRefusedBeforePlanning() throws {
    try Partita.withTemporaryFolder { folder in
      let result = try compare(["--devices", "2"], in: folder, file: "{\"name\":")
      #expect(result.exitCode == 1 && result.standardOutput.isEmpty)
      #expect(result.standardError.contains("chain.json: "))
    }
  }
}
