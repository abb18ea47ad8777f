internal import PartitaPlan
internal import PartitaSchedule

/// All orders in which a plan's ranks may run F and B, as far as they can differ in time.
///
/// Microbatches of as many samples that take the same way through the ranks are alike: whoever runs
/// the k-th F, and the k-th B, of such ones in the order in which their gradients are folded has
/// everything as early as in any other order, by exchange. So only such orders are listed.
struct ActionOrders: Sequence {
  private let plan: Plan
  private let microbatches: [Int]
  /// The orders of each rank.
  private let ranks: [[[ComputeAction]]]

  /// Lists the orders of a plan; nil where there are more than `limit`, or layers are computed again.
  ///
  /// Complexity: O(limit · actions).
  init?(_ plan: Plan, of problem: StepProblem, atMost limit: Int) {
    guard plan.recomputed.isEmpty else { return nil }
    var (ranks, count) = ([[[ComputeAction]]](), 1)
    for rank in 0..<plan.worldSize {
      let actions = OrderedActions(of: rank, in: plan, problem)
      guard let orders = actions.orders(atMost: limit / count) else { return nil }
      ranks.append(orders)
      count *= orders.count
    }
    self.plan = plan
    microbatches = problem.microbatches
    self.ranks = ranks
  }

  /// How many there are.
  var count: Int { ranks.reduce(1) { $0 * $1.count } }

  /// Goes through the orders of all ranks together.
  func makeIterator() -> AnyIterator<ScheduleTable> {
    var next = 0
    return AnyIterator {
      guard next < count else { return nil }
      var rest = next
      let orders = ranks.map { orders in
        defer { rest /= orders.count }
        return orders[rest % orders.count]
      }
      next += 1
      return try? ScheduleTable(plan: plan, microbatches: microbatches, ranks: orders)
    }
  }
}

/// A rank's actions, and which of them come before which.
private struct OrderedActions {
  private var actions: [ComputeAction] = []
  /// The actions that come before each one, as bits.
  private var before: [UInt64] = []

  init(of rank: Int, in plan: Plan, _ problem: StepProblem) {
    let folded =
      plan.gradientOrder == .ascending ? problem.microbatches : problem.microbatches.reversed()
    var (forward, backward) = ([Int: Int](), [Int: Int]())
    // Nothing is asked of more actions than a word has bits: they have too many orders.
    func add(_ action: ComputeAction, after predecessors: [Int?]) -> Int {
      actions.append(action)
      before.append(predecessors.compactMap { $0 }.reduce(0) { $0 | 1 << UInt64($1) })
      return actions.count - 1
    }
    let held = plan.holdings[rank].map(\.stage)
    func own(_ stage: Int) -> [Int] {
      folded.filter { plan.rank(ofMicrobatch: $0, stage: stage) == rank }
    }
    func areAlike(_ one: Int, _ other: Int) -> Bool {
      problem.microbatchSizes[one] == problem.microbatchSizes[other]
        && plan.stages.indices.allSatisfy {
          plan.rank(ofMicrobatch: one, stage: $0) == plan.rank(ofMicrobatch: other, stage: $0)
        }
    }
    for stage in held {
      var done: [(microbatch: Int, place: Int)] = []
      for microbatch in own(stage) {
        let earlier = done.last { areAlike($0.microbatch, microbatch) }
        let place = add(
          ComputeAction(stage: stage, .forward, microbatch: microbatch),
          after: [forward[microbatch], earlier?.place])
        done.append((microbatch, place))
        forward[microbatch] = place
      }
    }
    for stage in held.reversed() {
      var done: [(microbatch: Int, place: Int)] = []
      for microbatch in own(stage) {
        let earlier = done.filter {
          areAlike($0.microbatch, microbatch)
            || plan.group(ofMicrobatch: $0.microbatch) == plan.group(ofMicrobatch: microbatch)
        }
        // The last F of a microbatch is that of its last stage here, and before B of any.
        let place = add(
          ComputeAction(stage: stage, .backward, microbatch: microbatch),
          after: [backward[microbatch], forward[microbatch]] + earlier.map(\.place))
        done.append((microbatch, place))
        backward[microbatch] = place
      }
    }
  }

  /// All orders; nil where there are more than `limit`.
  func orders(atMost limit: Int) -> [[ComputeAction]]? {
    guard actions.count < UInt64.bitWidth, limit > 0 else { return nil }
    var (found, current) = ([[ComputeAction]](), [ComputeAction]())
    func extend(_ done: UInt64) -> Bool {
      if current.count == actions.count {
        found.append(current)
        return found.count <= limit
      }
      for (place, action) in actions.enumerated()
      where done & 1 << UInt64(place) == 0 && before[place] & ~done == 0 {
        current.append(action)
        defer { current.removeLast() }
        guard extend(done | 1 << UInt64(place)) else { return false }
      }
      return true
    }
    return extend(0) ? found : nil
  }
}
