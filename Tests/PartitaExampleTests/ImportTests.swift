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

  /// Where a sample has several answers, each is a line with its position.
  @Test func saysEveryAnswerOfASample() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      npy((0..<120).map { Float($0 % 11) / 11 }, shape: [2, 1, 6, 10]), to: "x.npy")
    let words = ["predict", Self.fixture("rows-17"), folder.file("x.npy"), "--batch", "2"]
    let one = ["--set", "training.microbatches=1", "--set", "training.gradient_groups=1"]
    let table = try output(words + one).split(separator: "\n")
    #expect(table[0] == "sample,position,class,0,1,2,3,4,5,6")
    let places = table.dropFirst().map { $0.split(separator: ",").prefix(2).joined(separator: " ") }
    #expect(places == (0..<20).map { "\(folder.file("x.npy"))#\($0 / 10) \($0 % 10)" })
    let lines = try output(words + one + ["--json"]).split(separator: "\n")
    #expect(
      try output(["plan", Self.fixture("rows-17"), "--ranks", "2"] + Self.cluster).contains("step"))
    #expect(lines.count == 20 && lines[13].contains("\"position\":3,\"class\":"))
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
