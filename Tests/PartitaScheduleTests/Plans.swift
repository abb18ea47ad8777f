import PartitaGraph
import PartitaPlan
import PartitaSchedule
import TestModels

/// Plans, tables and programs for tests.
enum Plans {
  /// All tuples of numbers in 1...limit.
  static func tuples(_ count: Int, upTo limit: Int) -> [[Int]] {
    count == 0
      ? [[]] : tuples(count - 1, upTo: limit).flatMap { head in (1...limit).map { head + [$0] } }
  }

  /// A plan that shares a model's layers out evenly among stages, `virtual` on each column of
  /// ranks.
  static func even(
    _ replicas: [Int], virtual: Int = 1, stageOrder: StageOrder = .looped, layers: Int? = nil,
    groups: Int
  ) throws -> Plan {
    let stages = replicas.count * virtual
    let layers = layers ?? stages
    let bounds = (0...stages).map { $0 * layers / stages }
    return try Plan(
      stages: stageOrder.ranks(stages: stages, replicas: replicas).enumerated().map {
        Plan.Stage(layers: bounds[$0]..<bounds[$0 + 1], ranks: $1)
      }, gradientGroups: groups, layerCount: layers)
  }

  /// A schedule on a chain of p ranks, as many stages as it works with.
  static func table(_ schedule: any Schedule, ranks: Int, microbatches: Int, virtual: Int = 1)
    throws
    -> ScheduleTable
  {
    let plan = try even(
      Array(repeating: 1, count: ranks), virtual: virtual, stageOrder: schedule.stageOrder,
      groups: 1)
    return ScheduleTable(schedule, plan: plan, microbatches: Array(0..<microbatches))
  }
}

extension Schedule {
  /// The numbers of stages on a rank that tests try, up to a limit.
  func virtualStages(upTo limit: Int) -> [Int] {
    (1...limit).filter(virtualStages.contains)
  }
}

extension Program {
  /// The program of a model cut evenly.
  init(
    _ model: ModelGraph, replicas: [Int], virtual: Int = 1, stageOrder: StageOrder = .looped,
    groups: Int = 4, schedule: any Schedule, sizes: [Int]
  ) throws {
    let plan = try Plans.even(
      replicas, virtual: virtual, stageOrder: stageOrder, layers: model.graph.layers.count,
      groups: groups)
    let staged = try StagedModel(
      model, stageOfLayer: plan.stageOfLayer, stageCount: plan.stages.count)
    let microbatches = sizes.indices.filter { sizes[$0] > 0 }
    self.init(
      Pipeline(staged), ScheduleTable(schedule, plan: plan, microbatches: microbatches),
      microbatchSizes: sizes)
  }
}
