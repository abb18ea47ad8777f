import Foundation
import TestFiles
import Testing

/// `graph`: what it prints and writes, of configurations and of ONNX files, and what it refuses.
@Suite struct GraphVerbTests {
  private static let digits = Partita.config("digits.yaml")
  private static let cluster = ["--cluster", Partita.config("clusters/two-core-cpu.yaml")]

  private static func fixture(_ name: String) -> String {
    Partita.root.appending(path: "Tests/PartitaONNXTests/Fixtures/\(name).onnx").path
  }

  private func output(_ arguments: [String]) throws -> String {
    let result = try Partita.runDirectly(["graph"] + arguments)
    try #require(result.status == 0, "\(result.error)")
    return result.output
  }

  @Test func printsTheGraph() throws {
    try Golden.check(output([Self.digits]), "graph-digits.txt")
    try Golden.check(output([Self.digits, "--backward"]), "graph-digits-backward.txt")
    try Golden.check(output([Self.fixture("image-13")]), "graph-image.txt")
    try Golden.check(
      output([Self.fixture("paper"), "--shape", "x=1,3,12,10"]), "graph-paper.txt")
  }

  /// The name's ending says the form.
  @Test(arguments: [("svg", "<?xml"), ("dot", "digraph"), ("html", "<!DOCTYPE html>")])
  func writesAForm(_ ending: String, _ start: String) throws {
    try Partita.withTemporaryFolder { folder in
      let file = folder.appending(path: "graph.\(ending)")
      let said = try output([Self.digits, "--output", file.path])
      #expect(said == "written to \(file.path)\n")
      let text = try String(contentsOf: file, encoding: .utf8)
      #expect(text.hasPrefix(start))
    }
  }

  /// A plan's file and the same cut by keys are one drawing.
  @Test func aPlanColours() throws {
    try Partita.withTemporaryFolder { folder in
      let plan = folder.appending(path: "a.plan.json").path
      let made = try Partita.runDirectly(
        ["plan", Self.digits, "--ranks", "2", "--pin", "parallel.stages=2", "--output", plan]
          + Self.cluster)
      try #require(made.status == 0, "\(made.error)")
      let byPlan = try output([Self.digits, "--plan", plan, "--backward", "--json"])
      let byKeys = try output([
        Self.digits, "--ranks", "2", "--set", "parallel={stages: 2}", "--backward", "--json",
      ])
      #expect(byPlan == byKeys)
      #expect(byPlan.contains("\"crossings\":[{"))
    }
  }

  @Test(arguments: [
    (
      ["--output", "a.png"], "--output takes a file that ends with .svg, .dot or .html, not 'a.png'"
    ),
    (["--ranks", "2", "--plan", "a.json"], "--ranks and --plan each say where stages are cut"),
    (["--layers", "--backward"], "--backward shows the gradients of values"),
    (["--ranks", "0"], "--ranks takes a number above 0, not 0"),
  ]) func refuses(_ options: [String], _ words: String) throws {
    let result = try Partita.runDirectly(["graph", Self.digits] + options)
    #expect(result.status == 64)
    #expect(result.error.contains(words), "\(result.error)")
  }
}
