public import PartitaPlan

/// What every rank computes in a step, in its order: a schedule applied to a plan, or read from a
/// file, or found by search.
///
/// A table can be wrong; the verifier says so once it has been lowered to a `Program`. Only this is
/// sure: every action is on a rank that holds its stage and runs its microbatch (law 2).
public struct ScheduleTable: Hashable, Sendable {
  /// Who holds which stages.
  public let plan: Plan
  /// The microbatches that have samples, ascending.
  public let microbatches: [Int]
  /// Each rank's actions.
  public let ranks: [[ComputeAction]]

  /// Applies a schedule to a plan.
  ///
  /// Schedules run backward in ascending order; where the plan folds gradients in another one,
  /// microbatches change places within their group.
  ///
  /// Where they have, or the columns have different numbers of ranks, or the stages lie otherwise
  /// than a schedule wants, its order can have ranks wait for each other for ever; so it is
  /// untangled, which changes nothing where nobody does.
  ///
  /// No schedule knows of R: a stage that recomputes gets them at the end.
  ///
  /// Complexity: O(actions).
  public init(_ schedule: any Schedule, plan: Plan, microbatches: [Int]) {
    self.plan = plan
    self.microbatches = microbatches
    var orders = Self.seats(plan, microbatches: microbatches).map(schedule.actions)
    let isUsual = plan.gradientOrder == .ascending
    if !isUsual { orders = orders.map { Self.folding($0, in: plan) } }
    // Equal columns of one stage each are chains of ranks, which no schedule tangles.
    let areChains =
      Set(plan.stages.map(\.replicas)).count == 1 && plan.holdings.allSatisfy { $0.count == 1 }
    if !(areChains && isUsual) {
      orders = Self.untangled(orders, plan: plan, microbatches: microbatches)
    }
    ranks = Self.recomputing(orders, plan: plan)
  }

  /// Takes orders of ranks that hold what they run.
  init(plan: Plan, microbatches: [Int], orders: [[ComputeAction]]) {
    (self.plan, self.microbatches, ranks) = (plan, microbatches, orders)
  }

  /// Takes an order whose actions are known to lie where they can run.
  init(plan: Plan, microbatches: [Int], checked ranks: [[ComputeAction]]) {
    self.plan = plan
    self.microbatches = microbatches
    self.ranks = ranks
  }

  /// Takes an order as it is.
  /// - Throws: `ScheduleError.misplaced` where an action is on a rank that can't run it.
  public init(plan: Plan, microbatches: [Int], ranks: [[ComputeAction]]) throws(ScheduleError) {
    guard ranks.count == plan.worldSize else {
      throw .rows(count: ranks.count, ranks: plan.worldSize)
    }
    let known = Set(microbatches)
    for (rank, actions) in ranks.enumerated() {
      for (place, action) in actions.enumerated() {
        guard plan.stages.indices.contains(action.stage), known.contains(action.microbatch),
          plan.rank(ofMicrobatch: action.microbatch, stage: action.stage) == rank
        else { throw .misplaced(action, rank: rank, place: place) }
      }
    }
    self.plan = plan
    self.microbatches = microbatches
    self.ranks = ranks
  }

  /// Checks that every stage has F and B, or F, I and W, of every microbatch, each once, and R where
  /// it recomputes: what a table by another hand may lack. Everything else the verifier says of the
  /// lowered program.
  ///
  /// Complexity: O(actions + stages · microbatches).
  /// - Throws: `ScheduleError.missing`, `.twice` and `.keptLayers`, with the row.
  public func checkComplete() throws(ScheduleError) {
    let width = (microbatches.last ?? -1) + 1
    var seen: [Phase: [Bool]] = [:]
    for phase in Phase.allCases {
      seen[phase] = Array(repeating: false, count: plan.stages.count * width)
    }
    for (rank, actions) in ranks.enumerated() {
      for action in actions {
        let place = action.stage * width + action.microbatch
        guard seen[action.phase]?[place] == false else { throw .twice(action, row: rank + 1) }
        guard action.phase != .recompute || plan.stages[action.stage].recomputes else {
          throw .keptLayers(action, row: rank + 1)
        }
        seen[action.phase]?[place] = true
      }
    }
    for stage in plan.stages.indices {
      for microbatch in microbatches {
        let place = stage * width + microbatch
        func has(_ phase: Phase) -> Bool { seen[phase]?[place] == true }
        let row = plan.rank(ofMicrobatch: microbatch, stage: stage) + 1
        func miss(_ phase: Phase) -> ScheduleError {
          .missing(ComputeAction(stage: stage, phase, microbatch: microbatch), row: row)
        }
        if !has(.forward) { throw miss(.forward) }
        if plan.stages[stage].recomputes, !has(.recompute) { throw miss(.recompute) }
        switch (has(.backward), has(.inputGradient), has(.weightGradient)) {
        case (true, false, false), (false, true, true): continue
        case (false, true, false): throw miss(.weightGradient)
        case (false, false, true): throw miss(.inputGradient)
        case (false, false, false): throw miss(.backward)
        case (true, _, _):
          throw .twice(
            ComputeAction(
              stage: stage, has(.weightGradient) ? .weightGradient : .inputGradient,
              microbatch: microbatch), row: row)
        }
      }
    }
  }
}
