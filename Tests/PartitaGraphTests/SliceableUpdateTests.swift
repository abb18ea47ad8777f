import PartitaGraph
import TestModels
import Testing

/// Which updates can be cut, and that a cut one has the nodes of the whole.
@Suite struct SliceableUpdateTests {
  private func staged(_ model: TestModel, stages count: Int) throws -> StagedModel {
    let layers = model.layers.count
    return try StagedModel(
      model.training(), stageOfLayer: (0..<layers).map { $0 * count / layers }, stageCount: count)
  }

  /// Law 1 of a cut: each weight is updated once, on the stage that owns it, whatever the stages.
  @Test(
    arguments: [
      TestModel.mlp, .skip, .tiedLinear, .tiedGPT, .batchNorm, .lenet, .imported, .dropoutMLP,
    ], [1, 2, 3])
  func everyWeightIsCutOnce(_ model: TestModel, stages: Int) throws {
    let staged = try staged(model, stages: stages)
    let graph = staged.model.graph
    var cut: [ValueID] = []
    for stage in staged.stages {
      let updates = staged.sliceableUpdates(ofStage: stage.index)
      for update in updates {
        #expect(stage.contributions.contains(update.gradient))
        #expect(update.assignments.allSatisfy(stage.assignments.contains))
        #expect(
          update.assignments.allSatisfy { graph.type(of: $0.variable).shape.count == update.count })
      }
      // No node and no gradient belongs to two.
      let nodes = updates.flatMap(\.nodes)
      #expect(Set(nodes).count == nodes.count)
      #expect(Set(updates.map(\.gradient)).count == updates.count)
      cut += updates.flatMap(\.assignments).map(\.variable)
    }
    #expect(cut.sorted() == staged.model.assignments.map(\.variable).sorted())
  }

  /// Pieces of a weight have as many nodes each as the whole, on so many elements less.
  @Test func piecesRepeatTheNodes() throws {
    let staged = try staged(.digits, stages: 1)
    let (graph, stage) = (staged.model.graph, staged.stages[0])
    let updates = staged.sliceableUpdates(ofStage: 0)
    let large = try #require(updates.first { $0.count == 64 * 128 })
    let slices = UpdateSlices(
      graph, stage, without: updates,
      pieces: [
        UpdateSlices.Piece(large, 0..<4096), UpdateSlices.Piece(large, 4096..<large.count),
      ])
    #expect(slices.graph.nodes.count == graph.nodes.count + 2 * large.nodes.count)
    let added = slices.graph.nodes[graph.nodes.count...]
    #expect(
      (slices.beforeExchange + slices.afterExchange).filter { $0 >= graph.nodes.count }.sorted()
        == added.map(\.index))
    for (node, old) in zip(added, large.nodes + large.nodes) {
      let isNorm = graph.type(of: graph.nodes[old].outputs[0]).element == .float64
      #expect(node.op.name == (isNorm ? BlockSquares().name : graph.nodes[old].op.name))
      #expect(slices.graph.type(of: node.inputs[0]).shape == [4096])
    }
    #expect(slices.cutVariables == Set(updates.flatMap(\.assignments).map(\.variable)))
    #expect(slices.assigned.count == 2 * large.assignments.count)
    #expect(slices.norms.map(\.blocks) == [0..<1, 1..<2])
  }
}
