internal import PartitaPlan

extension PlanSpace.Place {
  /// The place of a plan that this planner has made; nil for any other.
  init?(_ plan: Plan, like problem: StepProblem) {
    let virtual = plan.holdings[0].count
    let columns = plan.stages.count / max(virtual, 1)
    let replicas = plan.stages.prefix(columns).map(\.replicas)
    let cuts = plan.stages.dropFirst().map(\.layers.lowerBound)
    let orders: [StageOrder] = virtual == 1 ? [.looped] : [.looped, .vee]
    for order in orders {
      let shape = PlanShape(replicas: replicas, virtual: virtual, order: order)
      if shape.stageCount == plan.stages.count, shape.ranks == plan.stages.map(\.ranks) {
        self.init(shape: shape, cuts: cuts)
        return
      }
    }
    return nil
  }

  /// The places that are one step away: a cut moved by a layer, or a rank moved to another column.
  func neighbours(in problem: StepProblem) -> [PlanSpace.Place] {
    var found: [PlanSpace.Place] = []
    let bounds = [0] + cuts + [problem.layerCount]
    for index in cuts.indices where problem.pins.cuts == nil {
      for cut in [cuts[index] - 1, cuts[index] + 1]
      where bounds[index] < cut && cut < bounds[index + 2] {
        var moved = cuts
        moved[index] = cut
        found.append(PlanSpace.Place(shape: shape, cuts: moved))
      }
    }
    for from in shape.replicas.indices where shape.replicas[from] > 1 {
      for to in [from - 1, from + 1] where shape.replicas.indices.contains(to) {
        var replicas = shape.replicas
        replicas[from] -= 1
        replicas[to] += 1
        guard replicas[to] <= problem.gradientGroups, problem.allows(replicas) else { continue }
        let shape = PlanShape(replicas: replicas, virtual: shape.virtual, order: shape.order)
        found.append(PlanSpace.Place(shape: shape, cuts: cuts))
      }
    }
    return found
  }
}
