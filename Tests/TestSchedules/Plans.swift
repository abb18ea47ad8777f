package import PartitaGraph
package import PartitaPlan
package import PartitaSchedule

/// Plans, tables and programs for tests.
package enum Plans {
  /// All tuples of numbers in 1...limit.
  package static func tuples(_ count: Int, upTo limit: Int) -> [[Int]] {
    count == 0
      ? [[]] : tuples(count - 1, upTo: limit).flatMap { head in (1...limit).map { head + [$0] } }
  }

  /// A plan that shares a model's layers out evenly among stages, `virtual` on each column of
  /// ranks; of the layers those in `recomputed` are recomputed.
  package static func even(
    _ replicas: [Int], virtual: Int = 1, stageOrder: StageOrder = .looped, layers: Int? = nil,
    groups: Int, order: GradientOrder = .ascending, recomputed: Set<Int> = [],
    shardsUpdate: Bool = false
  ) throws -> Plan {
    let stages = replicas.count * virtual
    let layers = layers ?? stages
    let bounds = (0...stages).map { $0 * layers / stages }
    return try Plan(
      stages: stageOrder.ranks(stages: stages, replicas: replicas).enumerated().map {
        let layers = bounds[$0]..<bounds[$0 + 1]
        return Plan.Stage(layers: layers, ranks: $1, recomputed: layers.filter(recomputed.contains))
      }, gradientGroups: groups, gradientOrder: order, shardsUpdate: shardsUpdate,
      layerCount: layers)
  }

  /// A schedule on a chain of p ranks, as many stages as it works with.
  package static func table(
    _ schedule: any Schedule, ranks: Int, microbatches: Int, virtual: Int = 1
  )
    throws
    -> ScheduleTable
  {
    let plan = try even(
      Array(repeating: 1, count: ranks), virtual: virtual, stageOrder: schedule.stageOrder,
      groups: 1)
    return ScheduleTable(schedule, plan: plan, microbatches: Array(0..<microbatches))
  }

  /// A schedule on a chain of columns with these replicas.
  package static func program(
    _ schedule: any Schedule, replicas: [Int], virtual: Int = 1, groups: Int = 1,
    order: GradientOrder = .ascending, sizes: [Int],
    bytes: Int = 0, gradientElements: Int = 0, renumbered: [Int]? = nil,
    recomputed: Set<Int> = [], shardsUpdate: Bool = false
  ) throws -> Program {
    let count = replicas.count * virtual
    let ranks = schedule.stageOrder.ranks(stages: count, replicas: replicas)
    let plan = try Plan(
      stages: ranks.enumerated().map { stage, ranks in
        Plan.Stage(
          layers: stage..<stage + 1, ranks: ranks.map { renumbered?[$0] ?? $0 },
          recomputed: recomputed.contains(stage) ? [stage] : [])
      }, gradientGroups: groups, gradientOrder: order, shardsUpdate: shardsUpdate,
      layerCount: count)
    return Program(
      Pipeline.chain(
        stages: count, bytes: bytes, gradientElements: gradientElements,
        sharingUpdate: plan.shardsUpdate(ofStage:)),
      ScheduleTable(
        schedule, plan: plan, microbatches: sizes.indices.filter { sizes[$0] > 0 }),
      microbatchSizes: sizes)
  }

  /// One replica of every stage, microbatches of one sample.
  package static func chain(
    _ schedule: any Schedule, ranks: Int, microbatches: Int, virtual: Int = 1, bytes: Int = 0
  ) throws -> Program {
    try program(
      schedule, replicas: Array(repeating: 1, count: ranks), virtual: virtual,
      sizes: Array(repeating: 1, count: microbatches), bytes: bytes)
  }
}

extension Schedule {
  /// The numbers of stages on a rank that tests try, up to a limit.
  package func virtualStages(upTo limit: Int) -> [Int] {
    (1...limit).filter(virtualStages.contains)
  }
}

extension Program {
  /// The program of a model cut evenly.
  package init(
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
