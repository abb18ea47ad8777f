import Foundation
import PartitaCurvature
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

  /// So is the largest eigenvalue that Lanczos finds: within 1e-4 of itself.
  @Test(arguments: [TestModel.digits, .mlp, .skip, .tiedLinear, .batchNorm])
  func theLargestEigenvalueFollowsTheOracle(_ test: TestModel) throws {
    let (model, samples) = (try test.products(), 12)
    let graph = model.graph
    var (shared, microbatch) = ([String: Tensor](), [String: Tensor]())
    for value in graph.values where value.role != nil && value.role != .direction {
      let tensor = try #require(
        DeviceOracleTests.tensor(for: value, test, samples: samples, step: 1))
      if value.type.isPerSample {
        microbatch[value.name] = tensor
      } else {
        shared[value.name] = tensor
      }
    }
    let exact = try GraphSpace(model, shared: shared, microbatches: [microbatch], seed: 5)
    let device = try DeviceSpace(
      model, of: exact, variables: shared.merging(microbatch) { $1 }, samples: samples)
    let request = CurvatureRequest(eigenvalues: 1, steps: 25, starts: 1, probes: 1)
    let found = try #require(CurvatureStudy(request, of: device).eigenvalues.last)
    let wanted = try #require(CurvatureStudy(request, of: exact).eigenvalues.last)
    #expect(wanted.value > 0)
    #expect(abs(found.value - wanted.value) <= 1e-4 * wanted.value)
    #expect(found.residual <= 1e-2 * wanted.value)
  }

  /// Of the MLP whose Hessian PyTorch has written down, it is PyTorch's within 1e-4.
  @Test func theLargestEigenvalueIsPyTorchs() throws {
    struct Fixture: Decodable {
      let widths: [Int]
      let decay: Double
      let samples: Int
      let input, labels, eigenvalues: [Double]
      let parameters: [String: [Double]]
    }
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../PartitaCurvatureTests/Fixtures/hessian.json")
    let fixture = try JSONDecoder().decode(Fixture.self, from: Data(contentsOf: file))
    let mlp = TestModel(
      "mlp", .mlp(widths: fixture.widths, activation: .tanh),
      input: .perSample([fixture.widths[0]]), classes: fixture.widths[2],
      objective: Objective(loss: .crossEntropy, weightDecay: fixture.decay))
    let model = try mlp.products()
    var shared: [String: Tensor] = [:]
    for parameter in model.graph.parameters {
      let value = model.graph[parameter]
      shared[value.name] = Tensor(
        value.type.shape, try #require(fixture.parameters[value.name]))
    }
    let samples = fixture.samples
    let microbatch = [
      "input": Tensor([fixture.widths[0]], samples: samples, fixture.input),
      "label": Tensor([], samples: samples, fixture.labels),
      "sampleWeight": Tensor(
        [], samples: samples, Array(repeating: 1 / Double(samples), count: samples)),
    ]
    let exact = try GraphSpace(model, shared: shared, microbatches: [microbatch], seed: 5)
    let device = try DeviceSpace(
      model, of: exact, variables: shared.merging(microbatch) { $1 }, samples: samples)
    let request = CurvatureRequest(eigenvalues: 1, starts: 1, probes: 1)
    let found = try #require(CurvatureStudy(request, of: device).eigenvalues.last)
    let wanted = try #require(fixture.eigenvalues.last)
    #expect(abs(found.value - wanted) <= 1e-4 * wanted)
  }
}

/// The Hessian on the CPU device, of a batch in one piece: vectors of Float32.
private struct DeviceSpace: CurvatureSpace {
  let roundoff = Double(Float.ulpOfOne) / 2
  private let exact: GraphSpace
  private let run: DeviceRun
  private let parts: [(assignment: Assignment, shape: Shape)]

  init(
    _ model: ModelGraph, of exact: GraphSpace, variables: [String: Tensor], samples: Int
  ) throws {
    self.exact = exact
    let graph = model.graph
    parts = graph.parameters.compactMap { parameter in
      model.assignments.first {
        graph[$0.variable].name == ModelGraph.direction(of: graph[parameter].name)
      }.map { ($0, graph.type(of: parameter).shape) }
    }
    run = try DeviceRun(
      graph, nodes: graph.nodes.indices.filter { model.isLive[$0] },
      wanted: parts.map(\.assignment.value), samples: samples)
    for variable in run.variables {
      if let tensor = variables[graph[variable].name] { run.write(tensor, to: variable) }
    }
  }

  var dimension: Int { exact.dimension }

  func product(_ vector: [Double]) throws -> [Double] {
    var start = 0
    for part in parts {
      let numbers = Array(vector[start..<start + part.shape.count])
      run.write(Tensor(part.shape, numbers), to: part.assignment.variable)
      start += part.shape.count
    }
    try run.run()
    return parts.flatMap { run.read($0.assignment.value).elements }
  }

  func dots(_ vectors: [[Double]], _ vector: [Double]) -> [Double] { exact.dots(vectors, vector) }

  func add(_ factor: Double, _ x: [Double], to y: inout [Double]) {
    for index in y.indices { y[index] = Double(Float(y[index] + factor * x[index])) }
  }

  func scale(_ y: inout [Double], by factor: Double) { y = y.map { Double(Float(factor * $0)) } }

  func signs(_ number: Int) -> [Double] { exact.signs(number) }

  func unit(_ index: Int) -> [Double] { exact.unit(index) }

  func numbers(of vector: [Double]) -> [Double] { vector }
}
