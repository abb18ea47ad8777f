import Foundation
import TestFiles
import Testing

/// An ONNX file in the place of a configuration: what is said of it, planned, and refused.
@Suite struct ImportTests {
  private static func fixture(_ name: String) -> String {
    Partita.root.appending(path: "Tests/PartitaONNXTests/Fixtures/\(name).onnx").path
  }

  private static let cluster = ["--cluster", Partita.config("clusters/dgx-a100.yaml")]
  private static let shape = ["--shape", "x=1,3,12,10"]

  private func output(_ arguments: [String]) throws -> String {
    let result = try Partita.runDirectly(arguments)
    try #require(result.status == 0, "\(result.error)")
    return result.output.replacing(Partita.root.path + "/", with: "")
  }

  @Test func saysWhatANetworkCosts() throws {
    try Golden.check(
      output(["import", Self.fixture("image-13"), "--layers"]), "import-image.txt")
    try Golden.check(
      output(["import", Self.fixture("paper"), "--layers"] + Self.shape), "import-paper.txt")
  }

  /// A network that can't run is planned, compared and simulated all the same.
  @Test(arguments: [
    ["plan", "--ranks", "4"], ["simulate", "--ranks", "2"],
    ["compare", "--ranks", "2", "--methods", "optimal,uniform"],
  ]) func isPlannedOnPaper(_ verb: [String]) throws {
    let words = [verb[0], Self.fixture("paper")] + verb.dropFirst() + Self.shape + Self.cluster
    let said = try output(words + ["--batch", "64"])
    #expect(said.contains("stem") || said.contains("step"), "\(said)")
  }

  @Test(arguments: [
    (
      ["train", "paper"] + shape,
      "this network can be planned, and can't be run: it has 2 outputs, and a network here has one"
    ),
    (["predict", "paper", "x.npy"] + shape, "x.npy: can't read this file"),
    (
      ["import", "paper"],
      "input 'x': its shape is [N, 3, rows, columns], and more than the first axis is open: say it, as "
        + "x=1,3,64,64"
    ),
    (
      ["import", "paper", "--shape", "X=1,3,12,10"],
      "input 'X': the network has no such input; did you mean 'x'?"
    ),
    (
      ["import", "paper", "--shape", "x=1,4,12,10"],
      "input 'x': its shape is [N, 3, rows, columns], which [1, 4, 12, 10] doesn't fit"
    ),
    (["import", "nowhere"], "can't read this file: No such file or directory"),
    (["import", "nets.json"], "this is no ONNX model"),
    (
      ["plan", "image-13", "--ranks", "2", "--set", "data.shape=[4]"] + cluster,
      "reads samples of [3, 17, 16], and synthetic gives [4]"
    ),
  ]) func refusesInWords(_ line: [String], _ words: String) throws {
    var arguments = line
    arguments[1] =
      line[1].hasSuffix(".json")
      ? String(Self.fixture("nets").dropLast(5)) + ".json" : Self.fixture(line[1])
    let result = try Partita.runDirectly(arguments)
    #expect(result.status == 1)
    #expect(result.error.contains(words), "\(result.error)")
  }
}
