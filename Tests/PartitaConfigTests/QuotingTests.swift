import PartitaConfig
import PartitaKeys
import Testing

/// Nobody reads a megabyte: errors quote the beginning and the end of what they found.
@Suite struct QuotingTests {
  @Test func theMiddleIsLeftOut() {
    #expect("short".shortened(to: 5) == "short")
    #expect("a longer text".shortened(to: 9) == "a lon…ext")
    // One character for a reader of Swift, and a thousand of Unicode.
    let tower = "e" + String(repeating: "\u{301}", count: 1000)
    #expect(tower.shortened().unicodeScalars.count == 80)
    #expect(String(repeating: "ä", count: 80).shortened() == String(repeating: "ä", count: 80))
    #expect(["a", "b"].listed() == "a, b" && [String]().listed() == "")
    #expect((0..<1000).map { "\($0)" }.listed(to: 12) == "0, 1, 2, 3, … (1000 in all)")
  }

  static let megabyte = String(repeating: "long ", count: 200_000)

  @Test(arguments: [
    "\"LONG\": 1", "seed: LONG", "seed: [LONG]", "data: {name: LONG}",
    "data: {name: digits, \"LONG\": 1}",
    "data: {name: digits}\nmodel: {kind: LONG}",
    "data: {name: digits}\nmodel: {kind: mlp, widths: [LONG]}",
    "data: {name: digits}\nmodel: {kind: layers, layers: [{name: LONG, kind: x}]}",
    "a: LONG\na: 1", "? [LONG]\n: 1", "*LONG", "!!LONG a: b",
  ])
  func errorsAreShort(yaml: String) {
    let error = #expect(throws: ConfigError.self) {
      try TrainingConfig(
        yaml: yaml.replacing("LONG", with: Self.megabyte), file: "run.yaml")
    }
    #expect((1..<2000).contains(error?.description.unicodeScalars.count ?? 0))
    let override = #expect(throws: ConfigError.self) {
      try TrainingConfig(
        yaml: "data: {name: digits}\nmodel: {kind: mlp, widths: [64, 10]}", file: "run.yaml",
        overrides: ["data=\(Self.megabyte)"])
    }
    #expect((1..<2000).contains(override?.description.unicodeScalars.count ?? 0))
  }
}
