import Foundation
import PartitaStudy
import PartitaTraining
import Testing

/// Every example runs, and its first losses are those that it has always had.
@Suite(.serialized) struct ExampleTests {
  /// An example made small enough for a test.
  struct Example: CustomTestStringConvertible, Sendable {
    let path: String
    var overrides: [String] = []
    var testDescription: String { path }
  }

  static let examples = [
    Example(path: "digits.yaml"),
    Example(path: "skip.yaml"),
    Example(path: "mobile.yaml"),
    Example(path: "gpt-tied-dropout.yaml"),
    Example(path: "ragged.yaml"),
    Example(path: "clipping.yaml"),
    Example(path: "adamw.yaml"),
    Example(path: "fashion-mlp.yaml", overrides: ["data.test_samples=500"]),
    Example(path: "fashion-bfloat16.yaml", overrides: ["data.test_samples=500"]),
    Example(path: "fashion-lenet.yaml", overrides: ["data.test_samples=500"]),
    Example(path: "fashion-resnet.yaml", overrides: ["data.test_samples=500"]),
    Example(
      path: "idx-letters.yaml",
      overrides: ["data.path=\(Partita.config("data/letters"))"]),
    Example(
      path: "image-folder.yaml",
      overrides: ["data.path=\(Partita.config("data/shapes"))"]),
    Example(
      path: "csv.yaml", overrides: ["data.path=\(Partita.config("data/flowers.csv"))"]),
    Example(
      path: "chapter.yaml", overrides: ["data.path=\(Partita.config("data/points.csv"))"]),
    Example(path: "npz.yaml", overrides: ["data.path=\(Partita.config("data/signs.npz"))"]),
    Example(
      path: "text-utf8.yaml",
      overrides: [
        "data.paths=[\(Partita.config("data/rivers-east.txt")), "
          + "\(Partita.config("data/rivers-west.txt"))]"
      ]),
    Example(path: "bench/mlp-d2l.yaml"),
    Example(path: "bench/mlp-d2l-b32.yaml"),
    Example(path: "bench/mlp-wide.yaml", overrides: ["training.batch=16"]),
    Example(path: "bench/skip-wide.yaml", overrides: ["training.batch=16"]),
    Example(path: "bench/mlp-deep.yaml"),
    Example(path: "bench/lenet.yaml"),
    Example(path: "bench/gpt-small.yaml", overrides: ["training.batch=2"]),
    Example(path: "bench/gpt-medium.yaml", overrides: ["training.batch=1"]),
    Example(path: "bench/gpt-words.yaml", overrides: ["training.batch=2"]),
    Example(path: "bench/mlp-wide-b64.yaml", overrides: ["training.batch=16"]),
    Example(path: "bench/mlp-wide-b2048.yaml", overrides: ["training.batch=16"]),
    Example(path: "bench/resnet.yaml", overrides: ["training.batch=8"]),
    Example(path: "overlap/pipeline.yaml", overrides: ["data.samples=64", "training.batch=64"]),
    Example(
      path: "overlap/data-parallel.yaml",
      overrides: [
        "data.samples=64", "training.batch=64", "parallel.virtual=1", "parallel.cuts=",
        "parallel.schedule=1f1b",
      ]),
  ]

  @Test(arguments: examples) func firstLossesAreGolden(_ example: Example) throws {
    try check(example)
  }

  static let text = Partita.root.appending(path: "../shared/data/tinyshakespeare/input.txt")

  @Test(
    .enabled(
      if: FileManager.default.fileExists(atPath: text.path),
      "tiny-shakespeare is not part of this repository"))
  func firstLossesOfShakespeareAreGolden() throws {
    try check(
      Example(
        path: "shakespeare.yaml",
        overrides: ["data.path=\(Self.text.path)", "data.test_samples=32"]))
  }

  /// Every file in `configs/` is one of those above, but for those that describe clusters.
  @Test func everyExampleIsTested() throws {
    let configs = Partita.root.appending(path: "configs")
    let found = FileManager.default.enumerator(atPath: configs.path)?.compactMap { $0 as? String }
      .filter { $0.hasSuffix(".yaml") && !$0.hasPrefix("clusters/") }
    #expect(found?.sorted() == (Self.examples.map(\.path) + ["shakespeare.yaml"]).sorted())
  }

  /// Four steps against a text file of losses, within 1e-5; PARTITA_RECORD=1 writes it and fails.
  private func check(_ example: Example) throws {
    let result = try Partita.withTemporaryFolder { folder in
      try Partita.train(
        Partita.config(example.path),
        ["parallel.stages=1", "parallel.replicas=1", "output.directory=\(folder.path)"]
          + example.overrides, steps: 4)
    }
    try #require(result.succeeded, "\(result.standardError)")
    let losses = try Event.all(in: result.standardOutput).filter { $0.event == "step" }
      .compactMap(\.loss)
    try #require(losses.count == 4)

    let name = example.path.replacing("/", with: "-").replacing(".yaml", with: ".txt")
    let golden = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Golden/\(name)")
    if ProcessInfo.processInfo.environment["PARTITA_RECORD"] != nil {
      try losses.map { "\($0)\n" }.joined().write(to: golden, atomically: true, encoding: .utf8)
      Issue.record("recorded \(name)")
      return
    }
    let wanted = try String(contentsOf: golden, encoding: .utf8).split(separator: "\n")
      .compactMap { Double($0) }
    try #require(wanted.count == 4)
    for (loss, expected) in zip(losses, wanted) {
      #expect(abs(loss - expected) <= 1e-5 * abs(expected), "\(losses) against \(wanted)")
    }
  }
}
