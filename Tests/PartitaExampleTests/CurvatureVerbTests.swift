import Foundation
import PartitaStudy
import TestFiles
import Testing

/// `curvature`: the same answer on any ranks, of configurations and of runs.
@Suite(.serialized) struct CurvatureVerbTests {
  private static let digits = Partita.config("digits.yaml")
  private static let quick = ["--steps", "6", "--probes", "3", "--eigenvalues", "2", "--analytic"]

  /// The line of JSON without what differs between two calls: the words typed, and the seconds.
  private static func answer(_ result: LaunchResult) throws -> NSDictionary {
    try #require(result.succeeded, "\(result.standardError)")
    return try record(Data(result.standardOutput.utf8))
  }

  private static func record(_ data: Data) throws -> NSDictionary {
    let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect((object["seconds"] as? Double ?? 0) > 0)
    return object.filter { !["command", "seconds", "seconds_foretold"].contains($0.key) }
      as NSDictionary
  }

  /// A plan for some ranks.
  struct Cut: CustomTestStringConvertible, Sendable {
    let ranks: Int
    let parallel: String
    var testDescription: String { parallel }
  }

  /// Law 2, over MPI: pipelines, replicas, schedules, recomputation; a tied weight, skips, convolutions, the
  /// statistics of microbatches.
  @Test(
    arguments: ["fashion-resnet.yaml", "skip.yaml", "gpt-tied-dropout.yaml", "fashion-lenet.yaml"],
    [
      Cut(ranks: 2, parallel: "{stages: 2, schedule: gpipe}"),
      Cut(ranks: 2, parallel: "{stages: 4, virtual: 2, schedule: interleaved-1f1b}"),
      Cut(ranks: 3, parallel: "{replicas: [2, 1], schedule: 1f1b, recompute: all}"),
      Cut(ranks: 4, parallel: "{replicas: [2, 2], schedule: zb-h1}"),
    ])
  func everyCutHasTheBitsOfOneRank(_ name: String, _ cut: Cut) throws {
    func answer(_ parallel: String, ranks: Int) throws -> NSDictionary {
      try Self.answer(
        try Partita.run(
          [
            "curvature", Partita.config(name), "--json", "--set", "parallel=\(parallel)", "--batch",
            "16",
          ]
            + Self.quick, ranks: ranks))
    }
    let alone = try answer("{stages: 1}", ranks: 1)
    #expect((alone["eigenvalues"] as? NSArray)?.count == 4)
    #expect(try answer(cut.parallel, ranks: cut.ranks) == alone)
  }

  /// A plan's file, of the training that it was made for, cuts products as well.
  @Test func aPlanIsFollowed() throws {
    try Partita.withTemporaryFolder { folder in
      let plan = "\(folder.path)/a.plan.json"
      let planned = try Partita.runDirectly([
        "plan", Self.digits, "--ranks", "2", "--cluster",
        Partita.config("clusters/two-core-cpu.yaml"), "--output", plan,
      ])
      try #require(planned.status == 0, "\(planned.error)")
      let cut = try Self.answer(
        try Partita.run(
          ["curvature", Self.digits, "--plan", plan, "--json"] + Self.quick, ranks: 2))
      let alone = try Self.answer(
        try Partita.run(
          ["curvature", Self.digits, "--set", "parallel=", "--json"] + Self.quick))
      #expect(cut == alone)
    }
  }

  /// A run is asked at its last weights, on any ranks; what it has found is written down.
  @Test func aRunIsAsked() throws {
    try Partita.withTemporaryFolder { folder in
      let run = "\(folder.path)/run"
      let trained = try Partita.train(
        Self.digits, ["output.directory=\(run)"], ranks: 4, steps: 30)
      try #require(trained.succeeded, "\(trained.standardError)")
      let alone = try Self.answer(
        try Partita.run(["curvature", run, "--json"] + Self.quick))
      let place = "\(folder.path)/found"
      let started = try Partita.runDirectly(
        ["curvature", run, "--ranks", "3", "--quiet", "--output", place] + Self.quick)
      try #require(started.status == 0, "\(started.error)")
      #expect(started.output.isEmpty)
      let file = try Data(contentsOf: URL(filePath: "\(place)/curvature.json"))
      #expect(try Self.record(file) == alone)
      let page = try String(contentsOfFile: "\(place)/curvature.html", encoding: .utf8)
      #expect(page.contains("<svg") && page.contains("\(run)/weights.safetensors"))
      #expect(!FileManager.default.fileExists(atPath: "\(place)/hessian.csv"))
      let first = try Self.answer(
        try Partita.run(
          ["curvature", Self.digits, "--json", "--set", "parallel="] + Self.quick))
      #expect(first != alone)
    }
  }

  /// The words before, counted on the graph, and those after, in Float64.
  @Test func wordsAreGolden() throws {
    let result = try Partita.runDirectly([
      "curvature", Partita.config("csv.yaml"), "--set",
      "data.path=\(Partita.config("data/flowers.csv"))", "--float64", "--steps", "4",
      "--eigenvalues", "2",
    ])
    try #require(result.status == 0, "\(result.error)")
    let seconds = /took .* for/
    try Golden.check(
      result.output.replacing(seconds, with: "took so long for").replacing(
        /product, .* each/, with: "product, so long each"
      ).replacing(/products, .* each/, with: "products, so long each"), "curvature-csv.txt")
  }

  /// Without a measurement it is foretold by computed costs; with, by what layers and vectors take here.
  @Test(arguments: [["--analytic"], []]) func theTimeIsForetold(_ options: [String]) throws {
    let result = try Partita.runDirectly(
      ["curvature", Self.digits, "--steps", "6", "--ranks", "2", "--set", "parallel={stages: 2}"]
        + options)
    try #require(result.status == 0, "\(result.error)")
    let lines = result.output.split(separator: "\n")
    let foretold = try #require(lines.firstIndex { $0.hasPrefix("foretold: ") })
    let took = try #require(lines.firstIndex { $0.hasPrefix("took ") })
    #expect(foretold < took && lines[took].contains(", foretold "))
  }

  /// Every number of a small network's Hessian.
  @Test func theFullMatrixIsWritten() throws {
    try Partita.withTemporaryFolder { folder in
      let result = try Partita.runDirectly(
        [
          "curvature", Self.digits, "--set", "model.widths=[64, 2, 10]", "--set",
          "parallel={stages: 2}", "--ranks", "2", "--full", "--output", folder.path,
        ] + Self.quick)
      try #require(result.status == 0, "\(result.error)")
      let table = try String(contentsOfFile: "\(folder.path)/hessian.csv", encoding: .utf8)
      let rows = table.split(separator: "\n")
      #expect(rows.count == 161)
      #expect(
        rows.allSatisfy { $0.split(separator: ",", omittingEmptySubsequences: false).count == 161 })
    }
  }

  /// What can't be read, or would do nothing, is refused in words.
  @Test(
    arguments: [
      (["--steps", "0"], "--steps takes a number from 1"),
      (["--eigenvalues", "-1"], "--eigenvalues takes a number from 1"),
      (["--probes", "1"], "fewer than --starts 2"),
      (["--steps", "5"], "give at least 6"),
      (["--quiet"], "give --output"),
      (["--quiet", "--json", "--output", "a"], "give one of them"),
      (["--output", "-"], "--output takes a folder"),
      (["--float64", "--ranks", "2"], "leave out --ranks"),
      (["--float64", "--analytic"], "leave out --analytic"),
      (["--float64", "--plan", "a"], "leave out --plan"),
    ])
  func linesAreRefused(_ options: [String], _ words: String) throws {
    let result = try Partita.runDirectly(["curvature", Self.digits] + options)
    #expect(result.status == 64 && result.error.contains(words), "\(result.error)")
  }

  /// What can't work is refused once, by all ranks alike.
  @Test(
    arguments: [
      (["curvature", digits, "--best", "--set", "parallel="], "--best is of a run"),
      (["curvature", Partita.root.path], "this is no run's folder"),
      (["curvature", "missing.yaml"], "missing.yaml"),
      (["curvature", digits, "--set", "parallel={stages: 3}"], "parallel: "),
      (
        ["curvature", digits, "--set", "parallel=", "--float64"],
        "--float64 is computed by one rank"
      ),
      (
        [
          "curvature", digits, "--set", "parallel={stages: 2}", "--set",
          "model.widths=[64, 100000, 100000, 10]",
        ], "memory: the 2 ranks of a host need more than"
      ),
      (
        ["curvature", digits, "--set", "parallel=", "--set", "objective.weight_decay=1e308"]
          + quick,
        "isn't finite"
      ),
    ])
  func runsAreRefused(_ line: [String], _ words: String) throws {
    let result = try Partita.run(line, ranks: 2)
    #expect(result.exitCode == 1 && result.standardError.contains(words), "\(result.standardError)")
    let own = result.standardError.split(separator: "\n").filter { $0.hasPrefix("partita: ") }
    #expect(own.count { $0.contains(words) } == 1, "\(result.standardError)")
  }
}
