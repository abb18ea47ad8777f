import Foundation
import PartitaConfig
import PartitaGraph
import TestFiles
import Testing

/// What is written is read alike by readers of YAML 1.1 and 1.2.
@Suite struct YAMLTextTests {
  /// The real numbers of YAML 1.1, as PyYAML reads them.
  private static let real = #"^[-+]?[0-9][0-9_]*\.[0-9_]*([eE][-+][0-9]+)?$"#

  @Test func numbersAreNumbersInEveryVersion() throws {
    var random = SplitMix64(seed: 18)
    let drawn = (0..<20_000).map { _ in Double(bitPattern: random.next()) }.filter(\.isFinite)
    let chosen: [Double] = [
      0, -0.0, 1, -1, 0.5, 1e-4, 1e-5, 9.5e-5, 1e15, 1e16, 1e17, 123_456_789, 0.1 + 0.2, 1 / 3,
      .pi, .ulpOfOne, .leastNonzeroMagnitude, .leastNormalMagnitude, .greatestFiniteMagnitude,
      -2.5e-300,
    ]
    for value in chosen + drawn {
      let text = YAMLText.number(value)
      #expect(text.range(of: Self.real, options: .regularExpression) != nil, "\(text)")
      #expect(Double(text)?.bitPattern == value.bitPattern, "\(text)")
      #expect(text.filter(\.isNumber).count <= "\(value)".filter(\.isNumber).count + 1)
    }
    #expect(YAMLText.number(5e-7) == "5.0e-07")
    #expect(YAMLText.number(Float(0.1)) == "0.1")
    let none: [Double] = [.infinity, -.infinity, .nan]
    #expect(none.map { YAMLText.number($0) } == [".inf", "-.inf", ".nan"])
  }

  @Test(arguments: [
    "yes", "No", "ON", "off", "y", "N", "true", "False", "null", "~", "", "1e3", "012", "0x1F",
    "1:30", "1_000", ".5", "-1", "+1.", "<<", "=", "2026-11-27", ".inf", "-.INF", ".nan", "1.5e3",
  ])
  func wordsThatMeanSomethingElseAreQuoted(word: String) throws {
    #expect(try YAMLText.of([word]) == "- '\(word)'\n")
    #expect(try YAMLText.of([word: 1]) == "'\(word)': 1\n")
  }

  @Test(arguments: ["runs/a", "/a/x y", "relu", "linear1", "_a", "None", "e3", "nan", "inf"])
  func otherWordsAreNot(word: String) throws {
    #expect(try YAMLText.of([word]) == "- \(word)\n")
  }

  @Test func whatIsWrittenReadsBack() throws {
    let yaml = """
      data: {name: digits}
      model:
        kind: layers
        layers:
          - {name: "no", kind: flatten}
          - {name: "012", kind: linear, features: 10}
      objective: {weight_decay: 3.0000000000000004e-4}
      training: {learning_rate: 1e-7, optimizer: adamw, beta2: 0.99899999999999989}
      parallel: {cuts: ["012"]}
      output: {directory: "1:30"}
      """
    let config = try TrainingConfig(yaml: yaml, file: "run.yaml")
    let text = try config.yaml()
    #expect(text.contains("weight_decay: 0.00030000000000000003\n"))
    #expect(text.contains("learning_rate: 1.0e-07\n"))
    #expect(text.contains("directory: '1:30'\n"))
    #expect(text.contains("- '012'\n"))
    #expect(try TrainingConfig(yaml: text, file: "other.yaml") == config)
  }
}
