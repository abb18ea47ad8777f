internal import PartitaPlan

/// A table performed on paper: every rank takes its actions in order, each as soon as its operands
/// exist. F, R, I and W take one slot of time each, B two, and messages nothing.
///
/// Stages depend on their neighbours alone: F on F upstream, B and I on B or I downstream and on
/// the stage's own F, R on F, W on I. That is at least what any model's edges ask for.
struct Timeline {
  /// The order in which each rank took its actions; short where ranks wait for ever.
  private(set) var orders: [[ComputeAction]]
  /// The slot in which each of them starts.
  private(set) var starts: [[Int]]
  /// For each stage and microbatch the slot in which F, and B or I, end; -1 where they never do.
  private var forwardEnds, backwardEnds: [Int32]
  /// The slot from which each rank is free.
  private var free: [Int]
  private let plan: Plan
  private let width: Int

  /// Performs a table, as far as it goes.
  ///
  /// Complexity: O(actions).
  init(_ table: ScheduleTable) {
    self.init(table.plan, microbatches: table.microbatches)
    var next = Array(repeating: 0, count: table.ranks.count)
    perform(table.ranks, &next, from: Array(table.ranks.indices))
  }

  private init(_ plan: Plan, microbatches: [Int]) {
    self.plan = plan
    width = (microbatches.last ?? -1) + 1
    forwardEnds = Array(repeating: -1, count: plan.stages.count * width)
    backwardEnds = forwardEnds
    free = Array(repeating: 0, count: plan.worldSize)
    orders = Array(repeating: [], count: plan.worldSize)
    starts = orders.map { _ in [] }
  }

  /// The slot in which a rank's action ends.
  func end(rank: Int, _ index: Int) -> Int {
    starts[rank][index] + orders[rank][index].phase.slots
  }

  /// The slot in which the stage's F, or its B or I, ends; nil where it never does.
  func end(_ stage: Int, _ microbatch: Int, isForward: Bool) -> Int? {
    let end = (isForward ? forwardEnds : backwardEnds)[stage * width + microbatch]
    return end < 0 ? nil : Int(end)
  }

  /// How many of a rank's actions have ended by a slot.
  func actions(ofRank rank: Int, endingBy slot: Int) -> Int {
    // Ends ascend.
    var (low, high) = (0, starts[rank].count)
    while low < high {
      let middle = (low + high) / 2
      if end(rank: rank, middle) <= slot { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The slot in which each stage's last action ends.
  var stageEnds: [Int] {
    var ends = Array(repeating: 0, count: plan.stages.count)
    for rank in orders.indices {
      for (index, action) in orders[rank].enumerated() {
        ends[action.stage] = max(ends[action.stage], end(rank: rank, index))
      }
    }
    return ends
  }

  /// The first slot in which an action's operands exist, nil while they don't.
  private func readiness(_ action: ComputeAction) -> Int? {
    let own = action.stage * width + action.microbatch
    func later(_ a: Int32, _ b: Int32) -> Int? { a < 0 || b < 0 ? nil : Int(max(a, b)) }
    switch action.phase {
    case .forward:
      return action.stage == 0 ? 0 : later(forwardEnds[own - width], 0)
    case .backward, .inputGradient:
      let isLast = action.stage == plan.stages.count - 1
      return later(forwardEnds[own], isLast ? 0 : backwardEnds[own + width])
    case .recompute:
      return later(forwardEnds[own], 0)
    case .weightGradient:
      return later(backwardEnds[own], 0)
    }
  }

  /// Performs an action that is ready; returns the rank that may wait for it.
  private mutating func take(_ action: ComputeAction, on rank: Int, from slot: Int) -> Int? {
    let start = max(free[rank], slot)
    free[rank] = start + action.phase.slots
    orders[rank].append(action)
    starts[rank].append(start)
    let own = action.stage * width + action.microbatch
    var reader: Int?
    switch action.phase {
    case .forward:
      forwardEnds[own] = Int32(free[rank])
      reader = action.stage + 1 < plan.stages.count ? action.stage + 1 : nil
    case .backward, .inputGradient:
      backwardEnds[own] = Int32(free[rank])
      reader = action.stage > 0 ? action.stage - 1 : nil
    case .recompute, .weightGradient: break
    }
    return reader.map { plan.rank(ofMicrobatch: action.microbatch, stage: $0) }
  }

  /// Goes on from `next` until nobody can, starting with the ranks in `awake`.
  private mutating func perform(
    _ ranks: [[ComputeAction]], _ next: inout [Int], from awake: [Int]
  ) {
    var queue = awake
    while let rank = queue.popLast() {
      while next[rank] < ranks[rank].count {
        let action = ranks[rank][next[rank]]
        guard let slot = readiness(action) else { break }
        next[rank] += 1
        if let reader = take(action, on: rank, from: slot), reader != rank { queue.append(reader) }
      }
    }
  }

  /// The orders in which the ranks can go on to the end: as given, but where all wait, the action
  /// that stands closest behind the one that its rank waits at, and whose operands exist, comes
  /// first. A stage's actions of one phase keep their order, so gradients fold as before.
  ///
  /// Complexity: O(actions) and a look at all remaining ones each time that all wait.
  static func untangled(
    _ ranks: [[ComputeAction]], _ plan: Plan, microbatches: [Int]
  ) -> [[ComputeAction]] {
    var timeline = Timeline(plan, microbatches: microbatches)
    var ranks = ranks
    var next = Array(repeating: 0, count: ranks.count)
    var awake = Array(ranks.indices)
    while true {
      timeline.perform(ranks, &next, from: awake)
      var best: (distance: Int, rank: Int)?
      for rank in ranks.indices {
        var seen: Set<[Int]> = []
        for place in next[rank]..<ranks[rank].count {
          let action = ranks[rank][place]
          let isFirst = seen.insert([action.stage, action.phase.order]).inserted
          guard isFirst, timeline.readiness(action) != nil else { continue }
          if place - next[rank] < best?.distance ?? .max { best = (place - next[rank], rank) }
          break
        }
      }
      guard let best else { break }
      let action = ranks[best.rank].remove(at: next[best.rank] + best.distance)
      ranks[best.rank].insert(action, at: next[best.rank])
      awake = [best.rank]
    }
    return ranks
  }
}

extension ScheduleTable {
  /// See `Timeline.untangled`.
  static func untangled(
    _ ranks: [[ComputeAction]], plan: Plan, microbatches: [Int]
  ) -> [[ComputeAction]] {
    Timeline.untangled(ranks, plan, microbatches: microbatches)
  }
}

extension Phase {
  /// Slots of time on paper.
  var slots: Int { self == .backward ? 2 : 1 }

  fileprivate var order: Int {
    switch self {
    case .forward: 0
    case .backward, .inputGradient: 1
    case .weightGradient: 2
    case .recompute: 3
    }
  }
}
