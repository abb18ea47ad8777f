internal import PartitaPlan
internal import PartitaSchedule
internal import PartitaSimulator

/// Orders of actions that no schedule names.
extension StepSearch {
  /// Looks for orders of actions that are faster than the named ones: in all orders of F and B where
  /// these are few, and with I and W apart by rules and small moves for the fastest plans.
  mutating func reorder(_ space: PlanSpace) throws {
    guard problem.pins.schedule == nil, problem.ranks > 1 else { return }
    if space.isComplete { try judgeAllOrders(space.places) }
    var plans: [Plan] = []
    for found in judged.sorted(by: { $0.seconds < $1.seconds })
    where plans.count < 3 && found.choice.plan.recomputed.isEmpty {
      if !plans.contains(found.choice.plan) { plans.append(found.choice.plan) }
    }
    for plan in plans where !hasToEnd() {
      let costs = try StepCosts(
        problem.profile, plan: plan, microbatchSizes: problem.microbatchSizes,
        on: problem.cluster)
      let search = ScheduleSearch(
        plan: plan, microbatches: problem.microbatches,
        costs: ScheduleCosts(costs, samples: problem.largestMicrobatch),
        effort: min(10_000_000, planner.effort / 3), named: problem.schedules)
      guard let found = try? search.best(), found.makespan < found.bestNamedMakespan ?? .infinity
      else { continue }
      try judge(StepChoice(plan: plan, order: .found(found.table)))
    }
  }

  /// Orders of all plans together that are tried one by one.
  private static var ordersAtMost: Int { 5000 }

  /// Judges every order of F and B of each plan that could be faster than the best, as long as they are
  /// few.
  private mutating func judgeAllOrders(
    _ places: [(place: PlanSpace.Place, bound: Double)]
  ) throws {
    var left = Self.ordersAtMost
    for (place, bound) in places where bound < best?.seconds ?? .infinity {
      let plan = try place.shape.plan(cuts: place.cuts, of: problem)
      for order in triesOrders ? orders.all : [orders.all[0]] {
        guard let tables = ActionOrders(try plan.placed(on: order), of: problem, atMost: left)
        else { return }
        left -= tables.count
        for table in tables {
          guard !hasToEnd() else { return }
          let choice = StepChoice(plan: table.plan, order: .found(table))
          // Of equals the named one is taken, whatever rounding says.
          if let found = try evaluator.judge(choice),
            found.seconds < (best?.seconds ?? .infinity) * (1 - 1e-12)
          {
            try judge(choice, bound)
          }
        }
      }
    }
  }
}

extension ScheduleCosts {
  /// The costs of microbatches of one size; messages between neighbours take a mean one's time.
  fileprivate init(_ costs: StepCosts, samples: Int) {
    let stages = costs.stages.map { stage in
      StageCosts(
        forward: stage.forward.seconds(samples: samples),
        inputGradient: stage.inputGradient.seconds(samples: samples),
        weightGradient: stage.weightGradient.seconds(samples: samples),
        stashBytes: stage.stashBytesPerSample * samples)
    }
    self.init(stages: stages, communication: costs.sameHost.latencySeconds)
  }
}
