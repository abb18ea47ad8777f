import PartitaCurvature
import PartitaGraph
import TestModels
import Testing

/// What second derivatives cost is counted on the graphs themselves.
@Suite struct CurvatureCostTests {
  private func cost(
    _ model: TestModel, _ microbatches: [Int], _ request: CurvatureRequest = CurvatureRequest()
  ) throws -> CurvatureCost {
    try CurvatureCost(of: model.products(), request, microbatches: microbatches)
  }

  /// The chapter's formulas by hand, of one linear layer with the squared error: z = W x + b.
  @Test func aLayerByHand() throws {
    let line = TestModel(
      "line", [LayerDescription("line", .linear(features: 2))], input: .perSample([3]), classes: 2,
      objective: Objective(loss: .squaredError))
    let model = try line.products()
    let cost = try CurvatureCost(of: model, CurvatureRequest(), microbatches: [5])
    #expect(cost.parts.map(\.name) == ["line.weight", "line.bias"])
    #expect(cost.parts.map(\.count) == [6, 2] && cost.dimension == 8)
    #expect(cost.vectorBytes == 32 && cost.matrixNumbers == 64)
    // J keeps nothing. dJ/dW keeps x and what tells dJ/do.
    #expect(cost.objective.keptBytes == 0)
    #expect(cost.gradient.keptBytes >= 5 * 3 * 4)
    #expect(cost.objective.nodes < cost.gradient.nodes)
  }

  /// The rows of J and its gradient are those of a network that is built for them alone.
  @Test(arguments: [TestModel.digits, .skip, .tiedLinear, .lenet])
  func rowsAreThoseOfTheirGraphs(_ model: TestModel) throws {
    let cost = try cost(model, [4, 4, 3])
    let training = try model.training()
    let graph = training.graph
    for (work, roots) in [
      (cost.objective, []), (cost.gradient, Array(training.gradients.values)),
    ] {
      let isNeeded = graph.isNeeded(for: roots + [training.objective])
      let nodes = graph.nodes.filter { isNeeded[$0.index] }
      #expect(work.nodes == nodes.count)
      #expect(work.edges == nodes.reduce(0) { $0 + $1.inputs.count })
    }
  }

  /// What is kept is what the only stage of a pipeline stashes.
  @Test(arguments: [TestModel.digits, .mlp, .skip, .tiedLinear, .tiedGPT, .lenet, .imported])
  func keptBytesAreTheStash(_ model: TestModel) throws {
    let products = try model.products()
    let cost = try CurvatureCost(of: products, CurvatureRequest(), microbatches: [2, 6])
    let stages = try StagedModel(
      products, stageOfLayer: products.graph.layers.map { _ in 0 }, stageCount: 1)
    let stash = stages.stages[0].stash.reduce(0) {
      $0 + products.graph.type(of: $1).bytes(samples: 6)
    }
    #expect(stash > 0 && cost.product.keptBytes == stash)
    #expect(cost.gradient.keptBytes < cost.product.keptBytes)
    #expect(cost.gradient.flops < cost.product.flops)
  }

  /// Work grows with the samples; what runs once a step doesn't.
  @Test func flopsAddUp() throws {
    let (one, two) = (try cost(.digits, [8]), try cost(.digits, [8, 8]))
    let penalty = 2 * one.objective.flops - two.objective.flops
    #expect(penalty > 0 && penalty < one.objective.flops)
    #expect(try cost(.digits, [16]).objective.flops == two.objective.flops)
    #expect(two.product.keptBytes == one.product.keptBytes)
  }

  /// A hundred vectors of 124 million parameters are the issue of keeping them.
  @Test func vectorsAreForetold() throws {
    let cost = try cost(.digits, [8], CurvatureRequest(eigenvalues: 2, steps: 100))
    #expect(cost.dimension == 9610)
    #expect(cost.vectors == 103)
    #expect(cost.keptVectorBytes == 103 * 4 * 9610)
    #expect(cost.products == 2 * 100 + 4 + 8)
  }
}
