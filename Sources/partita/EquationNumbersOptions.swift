import ArgumentParser
import PartitaGraph
import PartitaNotation
import PartitaReference
import PartitaTraining

/// The numbers that equations are filled with.
struct EquationNumbersOptions: ParsableArguments {
  @Flag(help: "Prints the numbers at every node; needs --input and --label.")
  var values = false

  @Flag(help: "Prints the same page with blanks for what is to be computed.")
  var worksheet = false

  @Option(
    help: ArgumentHelp(
      "The numbers of an example, or one after the other of all of a batch.", valueName: "1,2"))
  var input: String?

  @Option(help: ArgumentHelp("Its label, or those of a batch.", valueName: "0"))
  var label: String?

  /// Whether numbers are asked for.
  var areWanted: Bool { values || worksheet }

  mutating func validate() throws {
    guard areWanted else {
      if input != nil || label != nil {
        throw ValidationError("--input and --label go with --values or --worksheet")
      }
      return
    }
    guard input != nil, label != nil else {
      throw ValidationError("--values and --worksheet need --input and --label: an example")
    }
    for (option, text) in [("--input", input), ("--label", label)] {
      if let text, Self.read(text) == nil {
        throw ValidationError("\(option) takes numbers with commas between, not '\(text)'")
      }
    }
  }

  /// The page with numbers, or with blanks.
  func page(of derivation: Derivation, _ blueprint: Blueprint) throws -> ValuePage {
    let samples = derivation.samples
    var variables: [ValueID: Tensor] = [:]
    for value in derivation.graph.values {
      let count = value.type.count(samples: samples)
      let numbers: [Double]
      switch value.role {
      case .input: numbers = try given(input, "--input", for: value, count)
      case .label: numbers = try given(label, "--label", for: value, count)
      case .sampleWeight: numbers = Array(repeating: 1 / Double(samples), count: count)
      case .sampleIndex: numbers = (0..<count).map(Double.init)
      case .step: numbers = [0]
      default: continue
      }
      variables[value.id] = Tensor(
        value.type.shape, samples: value.type.isPerSample ? samples : nil, numbers)
    }
    for (id, weights) in try blueprint.firstWeights() {
      variables[id] = Tensor(derivation.graph.type(of: id).shape, weights.map(Double.init))
    }
    return try ValuePage(derivation, variables: variables, showsResults: !worksheet)
  }

  private func given(_ text: String?, _ option: String, for value: Value, _ count: Int) throws
    -> [Double]
  {
    let numbers = text.flatMap(Self.read) ?? []
    guard numbers.count == count else {
      throw Refusal(
        words: "\(option) has \(numbers.count) numbers; \(value.name) \(value.type) takes \(count)")
    }
    return numbers
  }

  private static func read(_ text: String) -> [Double]? {
    let words = text.split(separator: ",", omittingEmptySubsequences: false)
    let numbers = words.compactMap { Double($0.filter { $0 != " " }) }.filter(\.isFinite)
    return numbers.count == words.count && !numbers.isEmpty ? numbers : nil
  }
}
