import Foundation
import PartitaStudy
import PartitaTraining
import Testing

/// `schedule` and `simulate`: what they print of pipelines without a model, what files they read and
/// write, and what they refuse.
@Suite(.serialized) struct ScheduleVerbTests {
  private static let deep = "model.widths=[64, 32, 32, 32, 10]"

  private func output(_ arguments: [String]) throws -> String {
    let result = try Partita.run(arguments)
    try #require(result.succeeded, "\(result.standardError)")
    return result.standardOutput
  }

  private struct Answer: Decodable {
    let makespanSeconds, bubbleFraction, spanBubbleFraction: Double
    let peakStash: [Int]
    let criticalPath: [Step]

    struct Step: Decodable {
      let seconds: Double
    }
  }

  private func simulate(_ arguments: [String]) throws -> Answer {
    let text = try output(["simulate"] + arguments + ["--json"])
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(Answer.self, from: Data(text.utf8))
  }

  @Test func gridOfAKind() throws {
    let text = try output(["schedule", "--kind", "zb-h1", "--stages", "2", "--microbatches", "3"])
    #expect(
      text.split(separator: "\n") == [
        "rank 0 (stage 0, replica 0)  0F0 0F1 .   0I0 0W0 0F2 0I1 0W1 0I2 0W2",
        "rank 1 (stage 1, replica 0)  .   1F0 1I0 1F1 1I1 1W0 1F2 1I2 1W1 1W2",
      ])
  }

  /// The closed forms, through the command line.
  @Test(
    arguments: [
      (["1f1b"], 0.1795, 8), (["gpipe"], 0.1795, 32),
      (["interleaved-1f1b", "--virtual", "2"], 0.0986, 23),
      (["interleaved-1f1b", "--virtual", "4"], 0.0519, 39),
      (["looped-bfs", "--virtual", "2"], 0.0986, 64), (["zb-h1"], 7.0 / 103, 8),
    ]) func closedForms(_ kind: [String], bubble: Double, stash: Int) throws
  {
    let answer = try simulate(
      ["--kind"] + kind + ["--stages", "8", "--microbatches", "32", "--costs", "1,1,1,0"])
    #expect(abs(answer.bubbleFraction - bubble) < 5e-5)
    #expect(answer.peakStash[0] == stash)
    let path = answer.criticalPath.reduce(0) { $0 + $1.seconds }
    #expect(abs(path - answer.makespanSeconds) < 1e-9)
  }

  /// A schedule that went through a file trains to the same bits as any other.
  @Test func aTableFromAFileTrains() throws {
    try Partita.withTemporaryFolder { folder in
      let csv = "\(folder.path)/zb-v.csv"
      _ = try output([
        "schedule", "--kind", "zb-v", "--stages", "2", "--microbatches", "4", "--csv", csv,
      ])
      func weights(_ overrides: [String], ranks: Int) throws -> String {
        let result = try Partita.train(
          Partita.config("digits.yaml"),
          [Self.deep, "output.directory=\(folder.path)/run", "parallel.replicas="] + overrides,
          ranks: ranks, steps: 6)
        try #require(result.succeeded, "\(result.standardError)")
        let end = try #require(result.standardOutput.split(separator: "\n").last)
        return String(end.split(separator: "weights_sha256").last ?? "")
      }
      let serial = try weights(["parallel.stages=1"], ranks: 1)
      let table = [
        "parallel.stages=4", "parallel.virtual=2", "parallel.schedule=\(csv)",
      ]
      #expect(try weights(table, ranks: 2) == serial)

      let text = try String(contentsOfFile: csv, encoding: .utf8)
      for (wrong, words) in [
        (text.replacing("1W3", with: ""), "row 2 has no 1W3"),
        (text.replacing("1F2", with: "1X2"), "'1X2' is no action"),
        (text.replacing("0F0,", with: "0F0,0F0,"), "row 1 has 0F0 and has done that work before"),
        (
          text.replacing("2F0", with: "2F9").replacing("2F1", with: "2F0")
            .replacing("2F9", with: "2F1"), "rank 1"
        ),
        (text.split(separator: "\n").joined(separator: "\n0F0\n"), "row"),
      ] {
        try wrong.write(toFile: csv, atomically: true, encoding: .utf8)
        let result = try Partita.train(
          Partita.config("digits.yaml"),
          [Self.deep, "output.directory=\(folder.path)/run", "parallel.replicas="] + table,
          ranks: 2, steps: 2)
        #expect(result.exitCode != 0 && !result.timedOut)
        #expect(result.standardError.contains(words), "\(result.standardError)")
      }
      try text.write(toFile: csv, atomically: true, encoding: .utf8)
      let alone = try Partita.train(
        Partita.config("digits.yaml"),
        [Self.deep, "output.directory=\(folder.path)/run", "parallel.replicas="] + table,
        ranks: 1, steps: 2)
      #expect(alone.standardError.contains("needs 2 ranks, and there are 1"))
    }
  }

  /// A table that runs backward from the last microbatch has the bits of all other plans with its
  /// key, and asks for it.
  @Test func gradientsInDescendingOrder() throws {
    try Partita.withTemporaryFolder { folder in
      func train(_ overrides: [String], ranks: Int) throws -> LaunchResult {
        try Partita.train(
          Partita.config("digits.yaml"),
          [
            Self.deep, "output.directory=\(folder.path)/run", "parallel.replicas=",
            "parallel.stages=", "training.microbatches=6", "training.gradient_groups=2",
          ] + overrides, ranks: ranks, steps: 6)
      }
      func weights(_ overrides: [String], ranks: Int) throws -> String {
        let result = try train(
          overrides + ["training.gradient_order=descending"], ranks: ranks)
        try #require(result.succeeded, "\(result.standardError)")
        return try #require(try Event.all(in: result.standardOutput).last?.weightsSHA256)
      }
      let csv = "\(folder.path)/looped-bfs.csv"
      try """
      0F0,0F1,0F2,0F3,0F4,0F5,2F0,2F1,2F2,2F3,2F4,2F5,2B5,2B4,2B3,2B2,2B1,2B0,0B5,0B4,0B3,0B2,0B1,0B0
      1F0,1F1,1F2,1F3,1F4,1F5,3F0,3F1,3F2,3F3,3F4,3F5,3B5,3B4,3B3,3B2,3B1,3B0,1B5,1B4,1B3,1B2,1B1,1B0
      """.write(toFile: csv, atomically: true, encoding: .utf8)
      let table = "parallel.schedule=\(csv)"
      let serial = try weights([], ranks: 1)
      #expect(try weights([table], ranks: 2) == serial)
      #expect(try weights(["parallel.stages=2"], ranks: 4) == serial)
      #expect(try weights(["parallel.stages=4", "parallel.schedule=gpipe"], ranks: 4) == serial)
      let usual = try train([], ranks: 1)
      #expect(try Event.all(in: usual.standardOutput).last?.weightsSHA256 != serial)
      let refused = try train([table], ranks: 2)
      #expect(refused.exitCode != 0)
      #expect(refused.standardError.contains("set training.gradient_order to descending"))
    }
  }

  /// R in a grid, in a program's file, and in tables, whose trainings have the bits of one that keeps
  /// everything.
  @Test func recomputation() throws {
    let grid = try output([
      "schedule", "--kind", "zb-h1", "--stages", "2", "--microbatches", "3", "--recompute",
    ])
    #expect(
      grid.split(separator: "\n") == [
        "rank 0 (stage 0, replica 0)  0F0 0F1 0R0 .   0I0 0W0 0F2 0R1 0I1 0W1 0R2 0I2 0W2",
        "rank 1 (stage 1, replica 0)  .   1F0 1R0 1I0 1F1 1R1 1I1 1W0 1F2 1R2 1I2 1W1 1W2",
      ])
    try Partita.withTemporaryFolder { folder in
      let (program, profile, csv) = (
        "\(folder.path)/p.json", "\(folder.path)/d.profile.json", "\(folder.path)/t.csv"
      )
      let digits = Partita.config("digits.yaml")
      let cluster = ["--cluster", Partita.config("clusters/two-core-cpu.yaml")]
      let set = ["--set", "parallel.replicas=1", "--set", "parallel.recompute=all"]
      _ = try output(
        ["schedule", digits, "--ranks", "2", "--program", program, "--csv", csv] + set)
      _ = try output(["profile", digits, "--analytic", "--output", profile] + cluster)
      let given = ["--profile", profile] + cluster
      let direct = try simulate([digits, "--ranks", "2"] + given + set)
      let filed = try simulate([program] + given)
      #expect(direct.makespanSeconds == filed.makespanSeconds)
      let keeping = try simulate([digits, "--ranks", "2"] + given + set.prefix(2))
      #expect(direct.makespanSeconds > keeping.makespanSeconds)

      func weights(_ overrides: [String], ranks: Int) throws -> String? {
        let result = try Partita.train(
          digits, ["output.directory=\(folder.path)/run", "parallel.replicas="] + overrides,
          ranks: ranks, steps: 4)
        try #require(result.succeeded, "\(result.standardError)")
        return try Event.all(in: result.standardOutput).last?.weightsSHA256
      }
      let serial = try weights(["parallel.stages=1"], ranks: 1)
      let table = ["parallel.schedule=\(csv)", "parallel.recompute=all"]
      #expect(try weights(table, ranks: 2) == serial)
      let text = try String(contentsOfFile: csv, encoding: .utf8)
      try text.replacing(/[01]R\d,/, with: ",").write(
        toFile: csv, atomically: true, encoding: .utf8)
      #expect(text.contains("0R0"))
      #expect(try weights(table, ranks: 2) == serial)
    }
  }

  /// The program file is what was planned; a broken one is refused with its place.
  @Test func programsAndProfiles() throws {
    try Partita.withTemporaryFolder { folder in
      let (program, profile) = ("\(folder.path)/p.json", "\(folder.path)/d.profile.json")
      let cluster = Partita.config("clusters/two-core-cpu.yaml")
      let digits = Partita.config("digits.yaml")
      _ = try output(["schedule", digits, "--ranks", "4", "--program", program])
      _ = try output([
        "profile", digits, "--analytic", "--cluster", cluster, "--output", profile,
      ])
      let big = "\(folder.path)/big.yaml"
      let machines = try String(contentsOfFile: cluster, encoding: .utf8)
      try machines.replacing(/devices_per_host: *\d+/, with: "devices_per_host: 8")
        .write(toFile: big, atomically: true, encoding: .utf8)
      let direct = try simulate([digits, "--profile", profile, "--cluster", big, "--ranks", "4"])
      let filed = try simulate([program, "--profile", profile, "--cluster", big])
      #expect(direct.makespanSeconds == filed.makespanSeconds && direct.makespanSeconds > 0)

      func refusal(_ arguments: [String]) throws -> String {
        let result = try Partita.run(arguments)
        #expect(result.exitCode != 0)
        return result.standardError
      }
      #expect(
        try refusal([
          "simulate", digits, "--profile", profile, "--cluster", cluster, "--ranks", "4",
        ])
        .contains("4 ranks need as many devices"))
      #expect(
        try refusal([
          "simulate", Partita.config("skip.yaml"), "--profile", profile, "--cluster", big,
        ]).contains("the profile is of another model"))
      let text = try String(contentsOfFile: program, encoding: .utf8)
      try text.replacing("0SEND_F0>1 ", with: "", maxReplacements: 1)
        .write(toFile: program, atomically: true, encoding: .utf8)
      let dropped = try refusal(["simulate", program, "--profile", profile, "--cluster", big])
      #expect(dropped.contains("rank 0"), "\(dropped)")
      try machines.replacing(/bytes_per_second: *\{value: */, with: "bytes_per_second: {value: -")
        .write(toFile: big, atomically: true, encoding: .utf8)
      let negative = try refusal(["simulate", digits, "--cluster", big])
      #expect(negative.contains("big.yaml") && negative.contains("above 0"), "\(negative)")
    }
  }

  @Test(
    arguments: [
      (["simulate", "--kind", "1f1c", "--stages", "2", "--microbatches", "2"], "it knows gpipe"),
      (["simulate", "--kind", "1f1b", "--stages", "2"], "needs --microbatches"),
      (["schedule", "--kind", "1f1b", "--stages", "0", "--microbatches", "2"], "from 1 to"),
      (
        ["schedule", "--kind", "zb-v", "--stages", "2", "--microbatches", "2", "--virtual", "3"],
        "zb-v works with --virtual 2"
      ),
      (
        [
          "simulate", "--kind", "1f1b", "--stages", "2", "--microbatches", "2", "--costs",
          "1,x,1,0",
        ], "four numbers"
      ),
      (["schedule"], "give a configuration and --ranks"),
      (["schedule", "a.yaml", "--ranks", "2", "--recompute"], "needs --kind"),
      (
        [
          "schedule", "--kind", "search", "--stages", "2", "--microbatches", "2", "--memory-limit",
          "1", "--stash-bytes", "8",
        ], "8"
      ),
    ]) func isRefused(_ arguments: [String], words: String) throws
  {
    let result = try Partita.run(arguments)
    #expect(result.exitCode != 0)
    #expect(result.standardError.contains(words), "\(result.standardError)")
  }
}
