import PartitaGraph
import PartitaReference
import TestModels
import Testing

/// Second derivatives of whole networks: exact, and in the passes where a pipeline can have them.
@Suite struct HessianProductTests {
  static let models: [TestModel] = [
    .digits, .mlp, .dropoutMLP, .skip, .tiedLinear, .tiedGPT, .batchNorm, .lenet, .imported,
  ]

  /// What moves along v is known in the forward pass, which makes no gradient: every gradient has the
  /// samples' weight as a factor.
  @Test(arguments: models)
  func theForwardPassMakesNoGradient(_ model: TestModel) throws {
    let products = try model.products()
    let graph = products.graph
    var hasWeight: Set<ValueID> = Set(
      graph.values.filter { $0.role == .sampleWeight }.map(\.id))
    var tangents = 0
    for node in graph.nodes where products.isLive[node.index] {
      if node.inputs.contains(where: hasWeight.contains) {
        hasWeight.formUnion(node.outputs)
        #expect(products.passes[node.index] != .forward || node.outputs == [products.loss])
      }
      guard products.passes[node.index] == .forward else { continue }
      if node.inputs.contains(where: { graph[$0].role == .direction }) { tangents += 1 }
    }
    #expect(tangents > 0)
  }

  /// H·v is how the gradient changes along v, by central differences in Float64: within 1e-6 of its length.
  /// Kinks lie between the two sides too seldom to show.
  @Test(arguments: models)
  func theProductIsTheGradientsChange(_ model: TestModel) throws {
    let products = try model.products()
    let graph = products.graph
    let samples = 3
    var numbers = Numbers(seed: 3)
    var variables: [ValueID: Tensor] = [:]
    for value in graph.values where value.role != nil {
      let type = value.type
      let kind: Numbers.Kind =
        switch (value.role, type.element) {
        case (.sampleWeight, _): .positive
        case (_, .int32): .indices(model.classes)
        default: .any
        }
      variables[value.id] = numbers.tensor(type, kind, samples: samples)
    }
    let pairs = products.assignments.compactMap { assignment in
      products.gradients.first {
        graph[assignment.variable].name == ModelGraph.direction(of: graph[$0.key].name)
      }.map { (parameter: $0.key, gradient: $0.value, assignment: assignment) }
    }
    #expect(pairs.count == graph.parameters.count)
    let interpreter = ReferenceInterpreter(graph, samples: samples)
    let found = try interpreter.evaluate(pairs.map(\.assignment.value), with: variables)
    func gradients(at step: Double) throws -> [ValueID: Tensor] {
      var moved = variables
      for pair in pairs {
        let along = try #require(variables[pair.assignment.variable]).elements
        for index in along.indices { moved[pair.parameter]?.elements[index] += step * along[index] }
      }
      return try interpreter.evaluate(pairs.map(\.gradient), with: moved)
    }
    let step = 1e-5
    let (above, below) = (try gradients(at: step), try gradients(at: -step))
    var (error, length) = (0.0, 0.0)
    for pair in pairs {
      let product = try #require(found[pair.assignment.value]).elements
      let (up, down) = (try #require(above[pair.gradient]), try #require(below[pair.gradient]))
      for (index, element) in product.enumerated() {
        let difference = (up.elements[index] - down.elements[index]) / (2 * step)
        error += (element - difference) * (element - difference)
        length += difference * difference
      }
    }
    #expect(length > 0)
    #expect(error.squareRoot() <= 1e-6 * length.squareRoot())
  }
}
