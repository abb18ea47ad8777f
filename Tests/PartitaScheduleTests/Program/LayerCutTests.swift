import PartitaGraph
import PartitaPlan
import PartitaSchedule
import TestModels
import Testing

/// A pipeline follows from the cut between all layers as from a cut of its own.
@Suite struct LayerCutTests {
  @Test(arguments: [
    TestModel.digits, .mlp, .dropoutMLP, .skip, .tiedLinear, .tiedGPT,
  ]) func coarserCutsFollow(model: TestModel) throws {
    for graph in [try model.training(), try model.evaluation()] {
      let layers = try LayerCut(StagedModel(layersOf: graph))
      let count = graph.graph.layers.count
      // Every way to cut: a bit for each border.
      for borders in 0..<1 << min(count - 1, 8) {
        var stages = [0]
        for layer in 1..<count {
          stages.append(stages[layer - 1] + (borders >> (layer - 1) & 1))
        }
        let staged = try StagedModel(
          graph, stageOfLayer: stages, stageCount: stages[count - 1] + 1)
        #expect(Pipeline(layers, stageOfLayer: stages) == Pipeline(staged))
        // Every other stage's replicas share its update.
        let shared = Pipeline(layers, stageOfLayer: stages) { $0 % 2 == 0 }
        #expect(shared == Pipeline(staged) { $0 % 2 == 0 })
        #expect((shared.shardedElements?[0] ?? 0 > 0) == (shared.isTraining && shares(staged)))
      }
    }
  }

  /// Whether the first stage has weights that replicas can share.
  private func shares(_ staged: StagedModel) -> Bool {
    !staged.stages[0].contributions.isEmpty && !staged.sliceableUpdates(ofStage: 0).isEmpty
  }
}
