import PartitaGraph
import PartitaNotation
import PartitaReference
import TestFiles
import TestModels
import Testing

/// Equations of networks: what they say, and that they are true.
struct EquationTests {
  static let chapter = TestModel(
    "chapter", .mlp(widths: [2, 3, 2], activation: .relu, bias: false), input: .perSample([2]),
    classes: 2)
  static let chapterWithBias = TestModel(
    "chapter with bias", .mlp(widths: [2, 3, 2], activation: .relu), input: .perSample([2]),
    classes: 2)
  static let models = [
    chapter, chapterWithBias, .mlp, .dropoutMLP, .skip, .tiedLinear, .tiedGPT, .batchNorm,
    .imported,
  ]

  @Test func `without bias they are the chapter's, in its order`() throws {
    let derivation = try Derivation(Self.chapter.training())
    #expect(
      derivation.forward.map { $0.text() } == [
        "z = W1 x", "h = relu(z)", "o = W2 h", "L = l(o, y)",
        "s = (λ/2) (‖W1‖² + ‖W2‖²)", "J = L + s",
      ])
    #expect(
      derivation.backward.map { $0.text() } == [
        "dJ/dL = 1", "dJ/ds = 1", "dJ/do = dL/do = softmax(o) - one-hot(y)",
        "ds/dW1 = λ W1", "ds/dW2 = λ W2", "dJ/dW2 = dJ/do hᵀ + λ W2", "dJ/dh = W2ᵀ dJ/do",
        "dJ/dz = dJ/dh ⊙ relu'(z)", "dJ/dW1 = dJ/dz xᵀ + λ W1",
      ])
  }

  @Test(arguments: models, [nil, 3])
  func `every equation, evaluated from its terms, is the graph's value`(
    model: TestModel, batch: Int?
  ) throws {
    try check(model, batch: batch, includesInput: model.input.element != .int32)
  }

  @Test func `every equation of LeNet is true`() throws { try check(.lenet, batch: 2) }

  @Test(arguments: models)
  func `each equation names only what stands above it`(model: TestModel) throws {
    let derivation = try Derivation(model.training())
    var known = Set(derivation.variables)
    for equation in derivation.forward + derivation.backward {
      let missing = equation.result.terms.subtracting(known)
      #expect(missing.isEmpty, "\(equation.text())")
      known.insert(equation.value)
    }
  }

  @Test(arguments: [
    (chapter, "chapter"), (chapterWithBias, "chapter-bias"), (.skip, "skip"), (.tiedGPT, "gpt"),
    (.lenet, "lenet"), (.tiedLinear, "tied"), (.imported, "imported"),
  ])
  func `pages are as recorded`(model: TestModel, name: String) throws {
    try Golden.check(EquationPage(try Derivation(model.training())).text, "\(name).txt")
    let batch = try Derivation(model.training(), batch: 4)
    try Golden.check(EquationPage(batch, withSteps: true).text, "\(name)-batch-steps.txt")
  }

  @Test func `of blocks that repeat one is shown`() throws {
    let model = TestModel(
      "deep gpt", .gpt(depth: 12, width: 8, heads: 2, vocabulary: 11, tied: true, dropout: 0),
      input: .perSample([5], .int32), classes: 11)
    let derivation = try Derivation(model.training())
    let page = EquationPage(derivation)
    try Golden.check(page.text, "gpt-12.txt")
    let all = EquationPage(derivation, unfolds: true).lines
    // What a line stands for, and the lines that are shown, are all lines.
    let hidden = page.lines.filter { $0.contains("... 11 more times the ") }.compactMap { line in
      line.split(separator: " ").lazy.compactMap { Int($0) }.dropFirst().first.map { 11 * $0 }
    }
    #expect(hidden.count >= 2)
    let others = page.lines.filter { $0.contains("...") }.count - hidden.count
    #expect(others == 0 || hidden.reduce(0, +) < all.count)
    #expect(page.lines.count < all.count / 4)
  }

  @Test(arguments: models)
  func `gradients of parameters are training's, to the bit`(model: TestModel) throws {
    let training = try model.training()
    let derivation = try Derivation(training, batch: 3)
    let variables = randomVariables(of: derivation, samples: 3, classes: model.classes)
    let numbers = try ReferenceInterpreter(derivation.graph, samples: 3).evaluate(
      derivation.values + training.gradients.values, with: variables)
    for (parameter, gradient) in training.gradients {
      let equation = try #require(derivation.backward.last { $0.target == parameter })
      #expect(numbers[equation.value] == numbers[gradient])
    }
  }

  private func check(_ model: TestModel, batch: Int?, includesInput: Bool = false) throws {
    let derivation = try Derivation(
      model.training(), batch: batch, includesInput: includesInput)
    let samples = batch ?? 1
    let variables = randomVariables(of: derivation, samples: samples, classes: model.classes)
    let interpreter = ReferenceInterpreter(derivation.graph, samples: samples)
    let numbers = try interpreter.evaluate(derivation.values, with: variables)
    let evaluation = Evaluation(
      numbers.merging(variables) { first, _ in first }, samples: samples, isBatch: batch != nil)
    for equation in derivation.forward + derivation.backward {
      let expected = try #require(numbers[equation.value]).elements
      let found = try evaluation(equation.result).elements
      try #require(found.count == expected.count, "\(equation.text())")
      // Terms that cancel are judged by their own size: a bias in front of a norm has no gradient.
      let size = expected.map { abs($0) }.max() ?? 0
      let terms = equation.result.terms.compactMap { numbers[$0]?.elements.map { abs($0) }.max() }
      let scale = size > 1e-14 ? size : terms.max() ?? size
      let error = zip(found, expected).map { abs($0 - $1) }.max() ?? 0
      #expect(error <= 1e-12 * scale, "\(equation.text())")
    }
  }

  private func randomVariables(of derivation: Derivation, samples: Int, classes: Int)
    -> [ValueID: Tensor]
  {
    var variables: [ValueID: Tensor] = [:]
    for value in derivation.graph.values {
      let count = value.type.count(samples: samples)
      let stream = RandomStream(seed: 11, name: value.name)
      let elements: [Double]
      switch value.role {
      case nil: continue
      case .sampleWeight: elements = Array(repeating: 1 / Double(samples), count: count)
      case .sampleIndex, .step: elements = (0..<count).map(Double.init)
      case .running: elements = (0..<count).map { 0.5 + Double(stream.uniform($0)) }
      default:
        elements = (0..<count).map { index in
          value.type.element == .int32
            ? Double(index % classes) : Double(stream.normal(index))
        }
      }
      variables[value.id] = Tensor(
        value.type.shape, samples: value.type.isPerSample ? samples : nil, elements)
    }
    return variables
  }
}
