import PartitaGraph
import PartitaPlan
import PartitaRuntime
import PartitaSchedule
import TestModels

/// How a model's layers are shared out, and in which order a rank works.
struct RuntimePlan: Sendable {
  /// The ranks of each column.
  var replicas = [1]
  var kind: any Schedule = OneForwardOneBackward()
  /// The stages of each column.
  var virtual = 1
  /// The layers that begin a stage, but for the first; nil shares them out evenly.
  var cuts: [Int]?
  /// Whether a layer's values are computed again instead of being kept.
  var recomputes: @Sendable (Int) -> Bool = { _ in false }
  /// Whether replicas share their stage's update.
  var shardsUpdate = false

  var ranks: Int { replicas.reduce(0, +) }
  var stages: Int { replicas.count * virtual }
}

/// Every program of a run.
struct RuntimePrograms: Sendable {
  let model: RuntimeModel
  private(set) var programs: [StagedProgram] = []
  /// The index of the program for a batch of a size.
  private(set) var training: [Int: Int] = [:]
  private(set) var evaluation: [Int: Int] = [:]

  init(_ model: RuntimeModel, _ plan: RuntimePlan) throws {
    self.model = model
    let layers = model.layers.count
    let bounds =
      plan.cuts.map { [0] + $0 + [layers] }
      ?? (0...plan.stages).map { $0 * layers / plan.stages }
    let ranks = plan.kind.stageOrder.ranks(stages: plan.stages, replicas: plan.replicas)
    let stages = try Plan(
      stages: ranks.enumerated().map {
        let layers = bounds[$0]..<bounds[$0 + 1]
        return Plan.Stage(layers: layers, ranks: $1, recomputed: layers.filter(plan.recomputes))
      }, gradientGroups: model.gradientGroups, gradientOrder: model.gradientOrder,
      shardsUpdate: plan.shardsUpdate, layerCount: layers)
    training = try lower(
      model.training(), stages, plan.kind, samples: model.samples)
    evaluation = try lower(
      model.evaluation(), stages, ForwardOnly(), samples: model.testSamples)
  }

  private mutating func lower(
    _ graph: ModelGraph, _ plan: Plan, _ schedule: any Schedule, samples: Int
  ) throws -> [Int: Int] {
    let staged = try StagedModel(
      graph, stageOfLayer: plan.stageOfLayer, stageCount: plan.stages.count,
      recomputed: plan.recomputed)
    var indices: [Int: Int] = [:]
    for size in Set(model.batches(samples: samples).map(\.count)).sorted() {
      let sizes = model.microbatchSizes(batch: size)
      let table = ScheduleTable(
        schedule, plan: plan, microbatches: sizes.indices.filter { sizes[$0] > 0 })
      indices[size] = programs.count
      programs.append(StagedProgram(staged, table, microbatchSizes: sizes))
    }
    return indices
  }

  /// The tag behind those of all messages.
  var firstFreeTag: Int { programs.reduce(0) { $0 + $1.program.messages.count } }
}
