import Foundation
import PartitaGraph
import PartitaReference
import Testing

/// What holds for every operator.
@Suite struct OperatorTests {
  @Test func everyOperatorHasACase() throws {
    let room = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Sources/PartitaGraph/Operators").standardized
    var declared: Set<String> = []
    for file in try FileManager.default.contentsOfDirectory(
      at: room, includingPropertiesForKeys: nil)
    {
      let source = try String(contentsOf: file, encoding: .utf8)
      for match in source.matches(of: /struct (\w+): (?:Operator|ElementaryFunction)\b/) {
        declared.insert(String(match.output.1))
      }
    }
    let tested = Set(operatorCases.map { String(describing: type(of: $0.op)) })
    #expect(declared.count > 40)
    #expect(declared.subtracting(tested) == [])
  }

  @Test(arguments: operatorCases)
  func shapes(_ operatorCase: OperatorCase) throws {
    let types = try operatorCase.op.outputTypes(for: operatorCase.operands.map(\.type))
    #expect(types == operatorCase.gives)
    let (trial, outputs) = try #require(try operatorCase.trial())
    let interpreter = ReferenceInterpreter(trial.graph, samples: trial.samples)
    let results = try interpreter.evaluate(outputs, with: trial.variables)
    for (output, type) in zip(outputs, types) {
      #expect(results[output]?.shape == type.shape)
      #expect(results[output]?.samples == (type.isPerSample ? trial.samples : nil))
    }
  }

  @Test(arguments: operatorCases)
  func costIsNotNegative(_ operatorCase: OperatorCase) throws {
    let types = operatorCase.operands.map(\.type)
    let cost = { operatorCase.op.flops(inputs: types, outputs: operatorCase.gives, samples: $0) }
    #expect(cost(2) >= 0)
    #expect(cost(4) >= cost(2))
  }

  @Test(arguments: operatorCases.filter(\.isDifferentiable))
  func gradientAgainstDifferences(_ operatorCase: OperatorCase) throws {
    var (trial, outputs) = try #require(try operatorCase.trial())
    let scalar = try trial.scalar(of: outputs[0])
    try trial.check(scalar, "first derivative")
  }

  @Test(arguments: operatorCases.filter(\.isDifferentiable))
  func secondDerivativeAgainstDifferences(_ operatorCase: OperatorCase) throws {
    var (trial, outputs) = try #require(try operatorCase.trial())
    let scalar = try trial.scalar(of: outputs[0])
    let again = try trial.scalarOfGradients(of: scalar)
    try trial.check(again, tolerance: 1e-6, "second derivative")
  }

  /// The gradient rule against that of the decomposition, to rounding.
  @Test(arguments: operatorCases.filter(\.isDifferentiable))
  func gradientAgainstDecomposition(_ operatorCase: OperatorCase) throws {
    guard case (var plain, let outputs)? = try operatorCase.trial(decomposed: true) else { return }
    var (whole, results) = try #require(try operatorCase.trial())
    #expect(outputs.count == results.count)
    let scalars = (try plain.scalar(of: outputs[0]), try whole.scalar(of: results[0]))
    let expected = try plain.graph.differentiate(scalars.0, withRespectTo: plain.targets)
    let found = try whole.graph.differentiate(scalars.1, withRespectTo: whole.targets)
    for (target, gradient) in expected {
      let own = try #require(found[target])
      let a = try ReferenceInterpreter(plain.graph, samples: plain.samples)
        .evaluate(gradient, with: plain.variables)
      let b = try ReferenceInterpreter(whole.graph, samples: whole.samples)
        .evaluate(own, with: whole.variables)
      expectEqual(a.elements, b.elements, tolerance: 1e-12)
    }
  }
}

/// Compares numbers within a tolerance that is relative for large and absolute for small ones.
func expectEqual(
  _ found: [Double], _ expected: [Double], tolerance: Double, _ comment: Comment = "",
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(found.count == expected.count, comment, sourceLocation: sourceLocation)
  for (i, (a, b)) in zip(found, expected).enumerated()
  where !(abs(a - b) <= tolerance * (1 + abs(b))) {
    Issue.record("\(comment) [\(i)]: \(a) against \(b)", sourceLocation: sourceLocation)
  }
}
