import PartitaGraph
import PartitaPlan
import PartitaSchedule
import TestModels
import TestSchedules
import Testing

/// Programs to prove and to break.
enum VerifierCase {
  /// Every stage of a rank forward, then back, all microbatches at a time: the simplest schedule
  /// for ranks that hold several stages, and send to themselves.
  struct Rounds: Schedule {
    let name = "rounds"
    let summary = "all microbatches through each stage in turn"
    let virtualStages = 1...Int.max

    func actions(at seat: Seat) -> [ComputeAction] {
      seat.stages.flatMap { stage in
        seat.microbatches.map { ComputeAction(stage: stage, .forward, microbatch: $0) }
      }
        + seat.stages.reversed().flatMap { stage in
          seat.microbatches.map { ComputeAction(stage: stage, .backward, microbatch: $0) }
        }
    }
  }

  /// 1F1B with B in two halves, W postponed by some microbatches.
  struct Halves: Schedule {
    let delay: Int
    let name = "halves"
    let summary = "1F1B with W postponed"

    func actions(at seat: Seat) -> [ComputeAction] {
      var (actions, waiting): ([ComputeAction], [ComputeAction]) = ([], [])
      for action in OneForwardOneBackward().actions(at: seat) {
        guard action.phase == .backward else {
          actions.append(action)
          continue
        }
        let (stage, microbatch) = (action.stage, action.microbatch)
        actions.append(ComputeAction(stage: stage, .inputGradient, microbatch: microbatch))
        waiting.append(ComputeAction(stage: stage, .weightGradient, microbatch: microbatch))
        if waiting.count > delay { actions.append(waiting.removeFirst()) }
      }
      return actions + waiting
    }
  }

  /// A plan of `count` layers, evenly shared out among columns of these ranks; some of the layers may
  /// be recomputed.
  static func plan(
    _ replicas: [Int], layers count: Int, stageOrder: StageOrder = .looped, virtual: Int = 1,
    groups: Int = 4, order: GradientOrder = .ascending, recomputed: Set<Int> = [],
    shardsUpdate: Bool = false
  ) throws -> Plan {
    try Plans.even(
      replicas, virtual: virtual, stageOrder: stageOrder, layers: count, groups: groups,
      order: order, recomputed: recomputed, shardsUpdate: shardsUpdate)
  }

  /// A model's pipeline for a plan.
  static func pipeline(
    _ model: TestModel, _ plan: Plan, isTraining: Bool = true
  ) throws -> Pipeline {
    try pipeline(isTraining ? model.training() : model.evaluation(), plan)
  }

  /// A graph's pipeline for a plan.
  static func pipeline(_ graph: ModelGraph, _ plan: Plan) throws -> Pipeline {
    try Pipeline(
      StagedModel(
        graph, stageOfLayer: plan.stageOfLayer, stageCount: plan.stages.count,
        recomputed: plan.recomputed), sharingUpdate: plan.shardsUpdate(ofStage:))
  }

  /// A chain whose stages' gradients fill several buckets; where replicas share the update, all of them.
  static func bucketChain(_ plan: Plan, buckets: Int) -> Pipeline {
    .chain(
      stages: plan.stages.count, bytes: 8,
      gradientElements: (buckets - 1) * GradientLayout.bucketBytes / 4 + 100,
      sharingUpdate: plan.shardsUpdate(ofStage:))
  }

  static func program(
    _ pipeline: Pipeline, _ plan: Plan, _ schedule: any Schedule, _ sizes: [Int]
  ) -> Program {
    let filled = sizes.indices.filter { sizes[$0] > 0 }
    let table = ScheduleTable(schedule, plan: plan, microbatches: filled)
    return Program(pipeline, table, microbatchSizes: sizes)
  }

  /// Small programs with every kind of edge, replica count and schedule.
  static func small() throws -> [Program] {
    var programs: [Program] = []
    let shapes: [(TestModel, [Int], [Int])] = [
      (.mlp, [1, 1], [2, 2]), (.mlp, [2, 2], [1, 1, 1, 1, 1]), (.mlp, [1, 1, 1, 1], [1, 1, 1, 1]),
      (.skip, [1, 1, 1], [1, 1, 1, 1]), (.skip, [2, 1, 1], [1, 1, 1, 1, 1, 1]),
      (.skip, [1, 3], [2, 2, 2, 1, 0]), (.tiedLinear, [1, 1, 1], [1, 1, 1]),
      (.tiedLinear, [2, 1, 2], [1, 1, 1, 1]), (.tiedLinear, [2, 4], [1, 1, 1, 1, 1, 1]),
      (.tiedGPT, [1, 2, 1], [2, 2, 1]),
    ]
    for (model, replicas, sizes) in shapes {
      let plan = try plan(replicas, layers: model.layers.count)
      let pipeline = try pipeline(model, plan)
      let schedules: [any Schedule] = [
        GPipe(), OneForwardOneBackward(), Halves(delay: 0), Halves(delay: 2),
      ]
      programs += schedules.map { program(pipeline, plan, $0, sizes) }
      let evaluation = try Self.pipeline(model, plan, isTraining: false)
      programs.append(program(evaluation, plan, ForwardOnly(), sizes))
      for stageOrder in [StageOrder.looped, .vee] where 2 * replicas.count <= model.layers.count {
        let plan = try Self.plan(
          replicas, layers: model.layers.count, stageOrder: stageOrder, virtual: 2)
        let pipeline = try Self.pipeline(model, plan)
        programs.append(program(pipeline, plan, Rounds(), sizes))
      }
    }
    // Groups of several microbatches, folded from the highest.
    for (model, replicas, sizes) in shapes where sizes.count > 2 {
      let plan = try plan(
        replicas, layers: model.layers.count, groups: replicas.contains { $0 > 1 } ? 4 : 1,
        order: .descending)
      let pipeline = try pipeline(model, plan)
      programs.append(program(pipeline, plan, OneForwardOneBackward(), sizes))
      programs.append(program(pipeline, plan, Halves(delay: 1), sizes))
    }
    programs += try recomputing(shapes)
    let chains = [[1, 1, 1, 1], [2, 1], [2, 2]]
    for (replicas, shares) in chains.map({ ($0, false) }) + [([2, 1], true), ([3], true)] {
      let plan = try plan(replicas, layers: replicas.count, shardsUpdate: shares)
      let pipeline = bucketChain(plan, buckets: 2)
      programs.append(program(pipeline, plan, OneForwardOneBackward(), [1, 1, 1, 1, 1, 1]))
    }
    return try programs + sharing(shapes)
  }

  /// The same where replicas share updates, as far as there are any.
  private static func sharing(
    _ shapes: [(TestModel, [Int], [Int])]
  ) throws -> [Program] {
    var programs: [Program] = []
    for (model, replicas, sizes) in shapes where replicas.contains(where: { $0 > 1 }) {
      let plan = try plan(replicas, layers: model.layers.count, shardsUpdate: true)
      programs.append(
        program(try pipeline(model, plan), plan, OneForwardOneBackward(), sizes))
    }
    return programs
  }

  /// The same with all layers recomputed, or every other one: so that some stages have R.
  private static func recomputing(
    _ shapes: [(TestModel, [Int], [Int])]
  ) throws -> [Program] {
    var programs: [Program] = []
    for (index, (model, replicas, sizes)) in shapes.enumerated() {
      let count = model.layers.count
      let recomputed = Set((0..<count).filter { index.isMultiple(of: 2) || $0 % 2 == 1 })
      let plan = try plan(replicas, layers: count, recomputed: recomputed)
      let pipeline = try pipeline(model, plan)
      for schedule in [OneForwardOneBackward(), Halves(delay: 2)] as [any Schedule] {
        programs.append(program(pipeline, plan, schedule, sizes))
      }
      guard 2 * replicas.count <= count else { continue }
      let twice = try Self.plan(replicas, layers: count, virtual: 2, recomputed: recomputed)
      programs.append(program(try Self.pipeline(model, twice), twice, Rounds(), sizes))
    }
    return programs
  }
}
