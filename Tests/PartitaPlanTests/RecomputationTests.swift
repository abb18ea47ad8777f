import Foundation
import PartitaGraph
import PartitaPlan
import TestModels
import Testing

/// Which layers are recomputed: asked for, planned, and what a cut model makes of it.
@Suite struct RecomputationTests {
  private static let layers = ["a", "b", "c", "d", "e"]

  private func plan(_ recomputation: Recomputation) throws -> Plan {
    try PlanRequest(stages: 2, cuts: ["c"], recomputation: recomputation).plan(
      layers: Self.layers, seconds: [1, 1, 1, 1, 1], microbatches: 4, gradientGroups: 2,
      worldSize: 2)
  }

  @Test func requestsBecomeLayersOfStages() throws {
    #expect(try plan(.none).stages.map(\.recomputed) == [[], []])
    #expect(try plan(.all).stages.map(\.recomputed) == [[0, 1], [2, 3, 4]])
    #expect(try plan(.layers(["d", "b"])).stages.map(\.recomputed) == [[1], [3]])
    #expect(try plan(.stages([1])).stages.map(\.recomputed) == [[], [2, 3, 4]])
    #expect(try plan(.stages([1])).stages.map(\.recomputes) == [false, true])
    #expect(try plan(.layers(["d", "b"])).recomputed == [1, 3])
  }

  @Test(
    arguments: [
      (Recomputation.layers(["B"]), "no layer is named 'B'; did you mean 'b'?"),
      (.layers(["b", "b"]), "'b' stands twice among the layers to recompute"),
      (.stages([2]), "there is no stage 2 to recompute: the plan has 2, from 0 on"),
    ])
  func whatIsNotThereIsRefused(_ recomputation: Recomputation, _ words: String) {
    #expect {
      try plan(recomputation)
    } throws: {
      "\($0)".hasPrefix(words)
    }
  }

  @Test func aPlanRecomputesItsOwnLayersInOrder() throws {
    for recomputed in [[2], [1, 0], [0, 0], [-1]] {
      #expect(throws: PlanError.self) {
        try Plan(
          stages: [
            Plan.Stage(layers: 0..<2, ranks: [0], recomputed: recomputed),
            Plan.Stage(layers: 2..<3, ranks: [1]),
          ], gradientGroups: 1, layerCount: 3)
      }
    }
  }

  /// A plan's file says nothing of it where there is nothing.
  @Test func plansAreReadBack() throws {
    for (recomputation, isSaid) in [(Recomputation.none, false), (.layers(["b"]), true)] {
      let plan = try plan(recomputation)
      let data = try JSONEncoder().encode(plan)
      #expect(String(decoding: data, as: UTF8.self).contains("recomputed") == isSaid)
      #expect(try JSONDecoder().decode(Plan.self, from: data) == plan)
    }
  }

  // MARK: What is kept

  private static let models: [TestModel] = [
    .mlp, .dropoutMLP, .skip, .tiedLinear, .tiedGPT, .lenet,
  ]

  /// R reads what is there, adds to no sum, and makes all that backward reads and F didn't keep.
  @Test(arguments: models, 1...3)
  func rMakesWhatFDidNotKeep(_ test: TestModel, stages: Int) throws {
    let model = try test.training()
    let graph = model.graph
    let count = graph.layers.count
    let stageOfLayer = (0..<count).map { $0 * stages / count }
    let whole = try StagedModel(model, stageOfLayer: stageOfLayer, stageCount: stages)
    for chosen in [Set(0..<count), Set(stride(from: 0, to: count, by: 2)), [count - 1], []] {
      let staged = try StagedModel(
        model, stageOfLayer: stageOfLayer, stageCount: stages, recomputed: chosen)
      #expect(staged.edges == whole.edges)
      for (stage, before) in zip(staged.stages, whole.stages) {
        #expect(stage.forward == before.forward && stage.backward == before.backward)
        let (kept, again) = (Set(stage.stash), Set(stage.recomputed))
        #expect(kept.isDisjoint(with: again))
        #expect(kept.union(again).isSuperset(of: before.stash))
        let own = Set(stage.forward.flatMap { graph.nodes[$0].outputs })
        #expect(kept.subtracting(before.stash).isSubset(of: own))
        var made: Set<ValueID> = []
        for node in stage.recompute.map({ graph.nodes[$0] }) {
          #expect(stage.forward.contains(node.index))
          #expect(!node.outputs.contains(where: graph.isSumOverSamples))
          for input in node.inputs where own.contains(input) {
            #expect(made.contains(input) || kept.contains(input))
          }
          made.formUnion(node.outputs)
        }
        #expect(again.isSubset(of: made))
        for value in again {
          let layer = graph[value].producer.flatMap { graph.nodes[$0].layer }
          #expect(layer.map(chosen.contains) == true)
        }
        if chosen.isEmpty { #expect(stage.recompute.isEmpty && again.isEmpty) }
      }
    }
  }

  /// A stage of which all is recomputed keeps its inputs, what it has sent, and what made a sum.
  @Test func aWholeGPTKeepsItsTokens() throws {
    let model = try TestModel.tiedGPT.training()
    let count = model.graph.layers.count
    let staged = try StagedModel(
      model, stageOfLayer: Array(repeating: 0, count: count), stageCount: 1,
      recomputed: Set(0..<count))
    func bytes(_ values: [ValueID]) -> Int {
      values.filter { model.graph[$0].role == nil }
        .reduce(0) { $0 + model.graph.type(of: $1).bytes(samples: 1) }
    }
    #expect(bytes(staged.stages[0].stash) * 5 < bytes(staged.stages[0].recomputed))
  }
}
