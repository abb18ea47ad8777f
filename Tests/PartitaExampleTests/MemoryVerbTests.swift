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

  /// A network that can only be planned is weighed too, and what isn't known of it is said.
  @Test func aNetworkOnPaperIsWeighed() throws {
    let network = Partita.root
      .appending(path: "Tests/PartitaONNXTests/Fixtures/paper.onnx").path
    let text = try output([network, "--shape", "x=1,3,64,64", "--batch", "8", "--ranks", "1"])
    #expect(text.contains("isn't known: this network is on paper"))
    #expect(text.contains("activations kept"))
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
