import Foundation
import PartitaStudy
import TestFiles
import Testing

/// `memory`: what it prints of examples, by heart.
@Suite(.serialized) struct MemoryVerbTests {
  private func output(_ words: [String]) throws -> String {
    let result = try Partita.runDirectly(["memory"] + words)
    try #require(result.status == 0, "\(result.error)")
    return result.output
  }

  @Test(arguments: ["digits", "fashion-lenet", "gpt-tied-dropout", "skip"])
  func theAccountIsGolden(_ name: String) throws {
    try Golden.check(
      output([Partita.config("\(name).yaml"), "--tensors"]), "memory-\(name).txt")
  }

  /// A network of linear layers has totals in letters; another has sizes of its own.
  @Test func totalsStandInLetters() throws {
    let text = try output([Partita.config("chapter.yaml"), "--symbolic"])
    #expect(text.contains("activations kept  n (d + h + q + 4)                n (d + 2)\n"))
    let json = try output([Partita.config("chapter.yaml"), "--symbolic", "--json"])
    #expect(json.contains("\"sizes\":{\"d\":2,\"h\":3,\"q\":2,\"n\":4}"))
    #expect(json.contains("\"together\":\"2 dh + 2 hq + n (d + h + q + 4)\""))
    let other = try Partita.runDirectly([
      "memory", Partita.config("fashion-lenet.yaml"), "--symbolic",
    ])
    #expect(other.status == 1)
    #expect(other.error.contains("input [1, 28, 28] has sizes of its own"), "\(other.error)")
  }

  /// The processes of ranks grow by what the account says: within 5 % of 256 MiB or more, else within
  /// 4 MiB.
  @Test(arguments: ["digits", "bench/mlp-wide"], [1, 2])
  func processesGrowByTheAccount(_ name: String, ranks: Int) throws {
    let line = try output([
      Partita.config("\(name).yaml"), "--measure", "--json", "--ranks", "\(ranks)", "--set",
      "parallel={stages: \(ranks)}",
    ])
    let whole = try object(line)
    let resident = try #require(whole["resident"] as? [String: Any])
    let rows = try #require(resident["ranks"] as? [[String: Any]])
    #expect(rows.count == ranks)
    for row in rows {
      let grown = try #require(row["grown_bytes"] as? Int)
      let arena = try #require(row["arena_bytes"] as? Int)
      let account = try arena + #require(row["staging_bytes"] as? Int)
      let bar = account >= 256 << 20 ? account / 20 : 4 << 20
      #expect(abs(grown - account) <= bar, "grown by \(grown), the account is \(account)")
    }
    #expect(resident["within"] as? Bool == true)
  }

  /// Every configuration of the repository.
  static let configurations =
    ExampleTests.examples
    + ["bench", "overlap"].flatMap { folder in
      let files = try? FileManager.default.contentsOfDirectory(atPath: Partita.config(folder))
      return (files ?? []).filter { $0.hasSuffix(".yaml") }.sorted()
        .map { ExampleTests.Example(path: "\(folder)/\($0)") }
    }

  /// Kinds and gaps make up the arena to the byte, and prediction takes less.
  @Test(arguments: configurations)
  func everyConfigurationFillsItsArena(_ example: ExampleTests.Example) throws {
    let changes = (["parallel={stages: 1}"] + example.overrides)
      .flatMap { ["--set", $0] }
    let whole = try object(
      output([Partita.config(example.path), "--json", "--ranks", "1"] + changes))
    var arenas: [[Int]] = []
    for part in ["training", "prediction"] {
      let accounts = try #require(whole[part] as? [[String: Any]])
      arenas.append(
        try accounts.map { account in
          let kinds = try #require(account["bytes"] as? [String: Int])
          let program = try #require(account["program_bytes"] as? Int)
          let arena = try #require(account["arena_bytes"] as? Int)
          #expect(kinds.values.reduce(0, +) == program)
          let peak = try #require(account["peak_bytes"] as? Int)
          #expect(peak <= program && program <= arena)
          return arena
        })
    }
    #expect(arenas[0].count == 1 && arenas[1].count == 1)
    #expect(zip(arenas[0], arenas[1]).allSatisfy { $0 > $1 }, "\(arenas)")
  }

  private func object(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  /// A network that can only be planned is weighed too, and what isn't known of it is said.
  @Test func aNetworkOnPaperIsWeighed() throws {
    let network = Partita.root
      .appending(path: "Tests/PartitaONNXTests/Fixtures/paper.onnx").path
    let text = try output([network, "--shape", "x=1,3,64,64", "--batch", "8", "--ranks", "1"])
    #expect(text.contains("isn't known: this network is on paper"))
    #expect(text.contains("activations kept"))
  }

  /// A plan's file cuts a network of one depth: it grows with the batch alone, and says why.
  @Test func aPlanOfAFileHasOneDepth() throws {
    try Partita.withTemporaryFolder { folder in
      let plan = folder.appending(path: "digits.plan.json").path
      let config = Partita.config("digits.yaml")
      let planned = try Partita.runDirectly([
        "plan", config, "--ranks", "2", "--set", "parallel=", "--cluster",
        Partita.config("clusters/two-core-cpu.yaml"), "--output", plan,
      ])
      try #require(planned.status == 0, "\(planned.error)")
      let text = try output([config, "--plan", plan, "--growth"])
      #expect(text.contains("proportional to the batch"))
      #expect(text.contains("not with the depth: the plan of \(plan) is of this one"))
      #expect(!text.contains("proportional to the depth"))
    }
  }

  @Test func thePageStandsAlone() throws {
    try Partita.withTemporaryFolder { folder in
      let page = folder.appending(path: "memory.html")
      _ = try output([Partita.config("digits.yaml"), "--growth", "--output", page.path])
      let text = try String(contentsOf: page, encoding: .utf8)
      #expect(text.contains("<svg") && text.contains("proportional to the batch"))
      #expect(!text.contains("<script"))
    }
  }

  /// `train` refuses what no machine has, and leaves no run behind.
  @Test func trainRefusesWhatCannotFit() throws {
    try Partita.withTemporaryFolder { folder in
      let result = try Partita.runDirectly([
        "train", Partita.config("digits.yaml"), "--set", "model.widths=[64, 100000, 100000, 10]",
        "--set", "parallel={stages: 1}", "--set", "output.directory=\(folder.path)/run",
      ])
      #expect(result.status == 1)
      #expect(result.error.contains("memory: rank 0 needs more than"), "\(result.error)")
      #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/run/weights.safetensors"))
    }
  }
}
