package import PartitaPlan

extension Plan {
  /// In which order the sums of a phase are folded: F adds up losses, always in ascending order, so
  /// that they have the same bits whatever becomes of gradients.
  package func foldingOrder(of phase: Phase) -> GradientOrder {
    phase == .forward ? .ascending : gradientOrder
  }
}

extension ScheduleTable {
  /// One stage's share of a gradient group, which one rank folds.
  private struct Share: Hashable {
    let stage, group: Int
  }

  /// A rank's actions with the backward microbatches of each group in the plan's order.
  ///
  /// The n-th of a group to run backward becomes the one that comes n-th in that order, in all
  /// phases alike, and takes its stage's forwards with it as far as its own. What is in that order
  /// stays as it is.
  ///
  /// Complexity: O(actions · log microbatches).
  static func folding(_ actions: [ComputeAction], in plan: Plan) -> [ComputeAction] {
    func share(_ action: ComputeAction) -> Share {
      Share(stage: action.stage, group: plan.group(ofMicrobatch: action.microbatch))
    }
    var orders: [Share: [Int]] = [:]
    for action in actions where action.phase.sendsGradients {
      orders[share(action), default: []].append(action.microbatch)
    }
    let names = orders.mapValues { order in
      let wanted = order.sorted { plan.gradientOrder.allows($1, after: $0) }
      return Dictionary(zip(order, wanted)) { first, _ in first }
    }
    return forwardFirst(
      actions.map { action in
        guard action.phase != .forward, let name = names[share(action)]?[action.microbatch]
        else { return action }
        return ComputeAction(stage: action.stage, action.phase, microbatch: name)
      })
  }

  /// The same actions, forwards earlier where a microbatch would run backward before forward.
  private static func forwardFirst(_ actions: [ComputeAction]) -> [ComputeAction] {
    var forwards: [Int: [ComputeAction]] = [:]
    var places: [ComputeAction: Int] = [:]
    for action in actions where action.phase == .forward {
      places[action] = forwards[action.stage, default: []].count
      forwards[action.stage, default: []].append(action)
    }
    var taken: [Int: Int] = [:]
    var ordered: [ComputeAction] = []
    for action in actions {
      let stage = action.stage
      let forward = ComputeAction(stage: stage, .forward, microbatch: action.microbatch)
      let first = taken[stage, default: 0]
      if let place = places[forward], place >= first, let own = forwards[stage] {
        ordered += own[first...place]
        taken[stage] = place + 1
      }
      if action.phase != .forward { ordered.append(action) }
    }
    return ordered
  }

  /// Checks that backward folds each gradient group in the plan's order, where it has the other one
  /// throughout: a table that asks for another configuration. Of a mixed order the verifier says
  /// where it breaks.
  ///
  /// Complexity: O(actions).
  /// - Throws: `ScheduleError.gradientOrder` with the first action in the other order.
  public func checkGradientOrder() throws(ScheduleError) {
    let order = plan.gradientOrder
    var odd: ScheduleError?
    // I folds as W does, and B is both.
    for folds in [\Phase.sendsGradients, \Phase.endsMicrobatch] {
      var last: [Share: Int] = [:]
      for (rank, actions) in ranks.enumerated() {
        for action in actions where action.phase[keyPath: folds] {
          let share = Share(
            stage: action.stage, group: plan.group(ofMicrobatch: action.microbatch))
          let before = last.updateValue(action.microbatch, forKey: share)
          guard let before else { continue }
          if order.allows(action.microbatch, after: before) { return }
          odd = odd ?? .gradientOrder(action, row: rank + 1, after: before, plan: order)
        }
      }
    }
    if let odd { throw odd }
  }
}
