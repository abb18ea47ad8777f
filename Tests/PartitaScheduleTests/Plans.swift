import PartitaGraph
import PartitaPlan
import PartitaSchedule
import TestModels

/// Plans and programs of test models.
enum Plans {
  /// All tuples of numbers in 1...limit.
  static func tuples(_ count: Int, upTo limit: Int) -> [[Int]] {
    count == 0
      ? [[]] : tuples(count - 1, upTo: limit).flatMap { head in (1...limit).map { head + [$0] } }
  }

  /// A plan that shares a model's layers out evenly among stages with these replicas.
  static func even(_ replicas: [Int], layers: Int, groups: Int) throws -> Plan {
    let bounds = (0...replicas.count).map { $0 * layers / replicas.count }
    let ranks = Placement.looped.ranks(stages: replicas.count, replicas: replicas)
    return try Plan(
      stages: ranks.enumerated().map {
        Plan.Stage(layers: bounds[$0]..<bounds[$0 + 1], ranks: $1)
      }, gradientGroups: groups, layerCount: layers)
  }
}

extension Program {
  /// The program of a model cut evenly.
  init(
    _ model: ModelGraph, replicas: [Int], groups: Int = 4, schedule: any Schedule,
    sizes: [Int]
  ) throws {
    let plan = try Plans.even(replicas, layers: model.graph.layers.count, groups: groups)
    let staged = try StagedModel(
      model, stageOfLayer: plan.stageOfLayer, stageCount: replicas.count)
    let table = ScheduleTable(
      schedule, plan: plan, microbatches: sizes.indices.filter { sizes[$0] > 0 })
    self.init(Pipeline(staged), table, microbatchSizes: sizes)
  }
}
