package import PartitaPlan

extension ScheduleTable {
  /// The table with R of every stage that recomputes, right before its B or I; a stage that has an R
  /// already is left as it is.
  ///
  /// That late, so that the values of as few microbatches as can be exist at once; and before the
  /// wait for the gradient, for R needs none.
  ///
  /// Complexity: O(actions).
  public func recomputing() -> ScheduleTable {
    ScheduleTable(
      plan: plan, microbatches: microbatches, orders: Self.recomputing(ranks, plan: plan))
  }

  /// See `recomputing()`.
  package static func recomputing(
    _ ranks: [[ComputeAction]], plan: Plan
  ) -> [[ComputeAction]] {
    guard plan.stages.contains(where: \.recomputes) else { return ranks }
    var lacksR = plan.stages.map(\.recomputes)
    for action in ranks.joined() where action.phase == .recompute { lacksR[action.stage] = false }
    return ranks.map { actions in
      actions.flatMap { action in
        guard action.phase.sendsGradients, lacksR[action.stage] else { return [action] }
        return [
          ComputeAction(stage: action.stage, .recompute, microbatch: action.microbatch), action,
        ]
      }
    }
  }
}
