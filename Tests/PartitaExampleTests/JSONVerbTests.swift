import Foundation
import PartitaStudy
import Testing

/// Every verb has `--json`, and prints JSON alone then: one value, or one in each line.
@Suite(.serialized) struct JSONVerbTests {
  private static let digits = Partita.config("digits.yaml")
  private static let network = Partita.root
    .appending(path: "Tests/PartitaONNXTests/Fixtures/image-13.onnx").path
  private static let cluster = Partita.config("clusters/two-core-cpu.yaml")

  /// A line for each verb; `FOLDER` is the test's own, in which ``prepare(_:)`` has put what they read.
  static let lines: [String: [String]] = [
    "train": [
      "train", digits, "--steps", "2", "--set", "parallel={stages: 1}", "--set",
      "output.directory=FOLDER/one",
    ],
    "launch": [
      "launch", digits, "--ranks", "2", "--steps", "2", "--set", "parallel.replicas=1", "--set",
      "output.directory=FOLDER/two",
    ],
    "bench": ["bench", digits, "--steps", "3", "--ranks", "4"],
    "race": [
      "race", digits, "--plan", "FOLDER/a.plan.json", "--seconds", "1", "--rounds", "2", "--ranks",
      "2",
    ],
    "evaluate": ["evaluate", "FOLDER/csv"],
    "predict": ["predict", "FOLDER/csv", Partita.config("data/flowers.csv"), "--ranks", "2"],
    "generate": ["generate", "FOLDER/text", "--prompt", "T", "--length", "2", "--ranks", "1"],
    "runs": ["runs", "FOLDER"],
    "verify": ["verify", digits, "--ranks", "2", "--steps", "1", "--schedules", "gpipe"],
    "graph": ["graph", digits, "--backward", "--ranks", "4"],
    "schedule": ["schedule", digits, "--ranks", "4"],
    "memory": ["memory", digits, "--growth", "--memory", "1e7"],
    "profile": [
      "profile", digits, "--analytic", "--cluster", cluster, "--output", "FOLDER/p.json",
    ],
    "simulate": ["simulate", digits, "--set", "parallel.replicas=1", "--cluster", cluster],
    "scale": [
      "scale", digits, "--ranks", "2", "--repeats", "1", "--steps", "3", "--output", "FOLDER/scale",
    ],
    "plan": ["plan", digits, "--ranks", "2", "--cluster", cluster],
    "compare": ["compare", digits, "--ranks", "2", "--cluster", cluster, "--seeds", "2"],
    "tradeoff": ["tradeoff", digits, "--memory", "2e5", "--ranks", "2", "--cluster", cluster],
    "export": ["export", "FOLDER/csv", "--onnx", "FOLDER/csv.onnx"],
    "import": ["import", network],
    "equations": ["equations", digits],
    "curvature": ["curvature", digits, "--steps", "6", "--ranks", "4", "--analytic"],
    "report": ["report", "FOLDER/scale", "FOLDER/later"],
    "doctor": ["doctor", "--ranks", "2"],
  ]

  @Test func everyVerbIsTried() throws {
    let help = try Partita.runDirectly(["--help"]).output
    let verbs = help.split(separator: "\n").drop { $0 != "SUBCOMMANDS:" }.dropFirst()
      .filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") && !$0.contains("See 'partita") }
      .compactMap { $0.split(separator: " ").first.map(String.init) }
    #expect(verbs.count > 10)
    #expect(Set(verbs) == Set(Self.lines.keys))
  }

  @Test func everyVerbPrintsJSONAlone() throws {
    try Partita.withTemporaryFolder { folder in
      try prepare(folder.path)
      // A report is of what another verb has written.
      let order = Self.lines.keys.sorted().filter { $0 != "report" } + ["report"]
      for verb in order {
        let line = Self.lines[verb] ?? []
        if verb == "report" {
          try FileManager.default.copyItem(
            atPath: "\(folder.path)/scale", toPath: "\(folder.path)/later")
        }
        try check(line, verb, in: folder.path)
      }
    }
  }

  /// Checks of plans, workloads and pipelines without a model have other records.
  @Test(arguments: [
    ["plan", digits, "--cluster", cluster, "--check", "FOLDER/a.plan.json"],
    ["plan", "FOLDER/chain.txt", "--devices", "2"],
    ["plan", "FOLDER/chain.txt", "--check", "FOLDER/chain.plan.json"],
    ["compare", "FOLDER/chain.txt", "--devices", "1,2", "--methods", "optimal,time"],
    ["schedule", "--kind", "search", "--stages", "2", "--microbatches", "3"],
    ["simulate", "--kind", "gpipe", "--stages", "2", "--microbatches", "3"],
  ]) func otherInputs(line: [String]) throws {
    try Partita.withTemporaryFolder { folder in
      try preparePlans(folder.path)
      try check(line, line[0], in: folder.path)
    }
  }

  private func check(_ line: [String], _ verb: String, in folder: String) throws {
    let words = line.map { $0.replacing("FOLDER", with: folder) } + ["--json"]
    let result = try Partita.runDirectly(words)
    #expect(result.status == 0, "\(verb): \(result.error)")
    let whole = Data(result.output.utf8)
    let isOne = (try? JSONSerialization.jsonObject(with: whole)) != nil
    let lines = result.output.split(separator: "\n")
    #expect(
      isOne
        || !lines.isEmpty
          && lines.allSatisfy {
            (try? JSONSerialization.jsonObject(with: Data($0.utf8))) != nil
          },
      "\(verb): \(result.output.prefix(400))")
  }

  /// What the verbs read: a plan, a trained table, a trained text.
  private func prepare(_ folder: String) throws {
    try preparePlans(folder)
    for (config, name) in [("csv.yaml", "csv"), ("text-utf8.yaml", "text")] {
      let result = try Partita.train(
        Partita.config(config), ["output.directory=\(folder)/\(name)", "parallel={stages: 1}"],
        steps: 2)
      try #require(result.succeeded, "\(result.standardError)")
    }
  }

  private func preparePlans(_ folder: String) throws {
    let plan = try Partita.runDirectly([
      "plan", Self.digits, "--ranks", "2", "--cluster", Self.cluster, "--output",
      "\(folder)/a.plan.json",
    ])
    try #require(plan.status == 0, "\(plan.error)")
    try PlanVerbTests.chain.write(
      toFile: "\(folder)/chain.txt", atomically: true, encoding: .utf8)
    let ofChain = try Partita.runDirectly([
      "plan", "\(folder)/chain.txt", "--devices", "2", "--json",
    ])
    try ofChain.output.write(
      toFile: "\(folder)/chain.plan.json", atomically: true, encoding: .utf8)
  }
}
