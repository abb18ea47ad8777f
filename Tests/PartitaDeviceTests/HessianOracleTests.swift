import PartitaGraph
import PartitaReference
import TestModels
import Testing

/// Products of the Hessian in Float32 are those of Float64.
@Suite struct HessianOracleTests {
  static let models: [TestModel] =
    OracleCase.all.map(\.model).reduce(into: []) { models, model in
      if !models.contains(where: { $0.layers == model.layers }) { models.append(model) }
    }

  /// Within 1e-4 of the product's length, all parameters together.
  @Test(arguments: models, [1, 5])
  func theProductFollowsTheOracle(_ test: TestModel, samples: Int) throws {
    let model = try test.products()
    let graph = model.graph
    let wanted = model.assignments.map(\.value)
    let device = try DeviceRun(
      graph, nodes: graph.nodes.indices.filter { model.isLive[$0] }, wanted: wanted,
      samples: samples)
    var variables: [ValueID: Tensor] = [:]
    for variable in device.variables {
      let tensor = try #require(
        DeviceOracleTests.tensor(for: graph[variable], test, samples: samples, step: 1))
      variables[variable] = tensor
      device.write(tensor, to: variable)
    }
    try device.run()
    let exact = try ReferenceInterpreter(graph, samples: samples).evaluate(wanted, with: variables)
    var (error, length) = (0.0, 0.0)
    for value in wanted {
      let want = try #require(exact[value]).elements
      for (a, b) in zip(device.read(value).elements, want) {
        error += (a - b) * (a - b)
        length += b * b
      }
    }
    #expect(length > 0)
    #expect(error.squareRoot() <= 1e-4 * length.squareRoot())
  }
}
