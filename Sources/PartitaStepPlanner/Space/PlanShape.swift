internal import PartitaPlan
internal import PartitaSchedule

/// A plan without its cuts: the ranks of each column, and the stages that each column holds.
struct PlanShape: Hashable {
  let replicas: [Int]
  let virtual: Int
  let order: StageOrder

  var stageCount: Int { replicas.count * virtual }

  /// The ranks of every stage; column by column, so neighbours of a host are replicas first.
  var ranks: [[Int]] { order.ranks(stages: stageCount, replicas: replicas) }

  /// The plan with these cuts.
  func plan(cuts: [Int], of problem: StepProblem) throws(PlanError) -> Plan {
    let bounds = [0] + cuts + [problem.layerCount]
    let held = zip(bounds, bounds.dropFirst()).map { $0..<$1 }
    let recomputed = try (problem.pins.recompute ?? .none).layers(
      of: held, names: problem.layers.names)
    return try Plan(
      stages: ranks.enumerated().map { index, ranks in
        Plan.Stage(layers: held[index], ranks: ranks, recomputed: recomputed[index])
      },
      gradientGroups: problem.gradientGroups, gradientOrder: problem.gradientOrder,
      shardsUpdate: problem.shardsUpdate, layerCount: problem.layerCount)
  }
}

extension StepProblem {
  /// The pairs of virtual stages and stage order that some schedule works with.
  var virtualForms: [(virtual: Int, order: StageOrder)] {
    var forms: [(Int, StageOrder)] = []
    let named = schedules.schedules.filter { (pins.schedule ?? $0.name) == $0.name }
    for virtual in 1...max(1, min(4, layerCount)) where pins.virtual ?? virtual == virtual {
      var orders: [StageOrder] = []
      for schedule in named where schedule.virtualStages.contains(virtual) {
        // With one stage on each column both orders are one.
        let order = virtual == 1 ? .looped : schedule.stageOrder
        if !orders.contains(order) { orders.append(order) }
      }
      forms += orders.map { (virtual, $0) }
    }
    return forms
  }

  /// The schedules that a plan of a shape may have.
  func schedules(for shape: PlanShape) -> [any Schedule] {
    schedules.schedules.filter { schedule in
      (pins.schedule ?? schedule.name) == schedule.name
        && schedule.virtualStages.contains(shape.virtual)
        && (shape.virtual == 1 || schedule.stageOrder == shape.order)
    }
  }

  /// The numbers of columns that a form can have.
  func columnCounts(virtual: Int) -> ClosedRange<Int>? {
    let most = min(ranks, layerCount / virtual)
    // Several stages on the only column are one stage in pieces.
    let least = max(virtual > 1 ? 2 : 1, (ranks + gradientGroups - 1) / gradientGroups)
    let wanted = pins.cuts.map { $0.count + 1 } ?? pins.stages
    if let wanted {
      guard wanted % virtual == 0, (least...max(least, most)).contains(wanted / virtual),
        wanted / virtual <= most
      else { return nil }
      return wanted / virtual...wanted / virtual
    }
    return least <= most ? least...most : nil
  }

  /// Whether the replicas of columns are what is pinned.
  func allows(_ replicas: [Int]) -> Bool {
    guard let pinned = pins.replicas else { return true }
    return pinned.count == 1 ? replicas.allSatisfy { $0 == pinned[0] } : replicas == pinned
  }
}
