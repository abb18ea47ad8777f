internal import PartitaPlan
package import PartitaSchedule

/// A table performed with any costs: the tests' own, written from the definition.
///
/// Every rank takes its actions in order, each as soon as its operands are there; a value that goes
/// to another rank is there `communication` later. Costs that are whole numbers give exact times.
package struct EventSimulation {
  /// When each action of each rank that gets its turn starts and ends.
  package private(set) var spans: [[(start: Double, end: Double)]]
  package let table: ScheduleTable

  /// Performs a table.
  /// - Parameter cost: the time of an action; B is I and W unless it says otherwise.
  package init(
    _ table: ScheduleTable, communication: Double = 0, cost: (ComputeAction) -> Double
  ) {
    self.table = table
    let stages = table.plan.stages.count
    let width = (table.microbatches.last ?? -1) + 1
    spans = table.ranks.map { _ in [] }
    /// Where and when F, B or I, W, and R of each stage and microbatch end; negative before they do.
    var made = Array(
      repeating: Array(repeating: (rank: 0, end: -1.0), count: stages * width), count: 4)
    func kind(_ phase: Phase) -> Int {
      switch phase {
      case .forward: 0
      case .backward, .inputGradient: 1
      case .weightGradient: 2
      case .recompute: 3
      }
    }
    /// When a value is on a rank, nil before it exists.
    func arrival(_ stage: Int, _ phase: Phase, _ microbatch: Int, on rank: Int) -> Double? {
      let (maker, end) = made[kind(phase)][stage * width + microbatch]
      return end < 0 ? nil : maker == rank ? end : end + communication
    }
    /// The time from which an action's operands are on its rank, nil before.
    func readiness(_ action: ComputeAction, on rank: Int) -> Double? {
      let (stage, microbatch) = (action.stage, action.microbatch)
      switch action.phase {
      case .forward:
        return stage == 0 ? 0 : arrival(stage - 1, .forward, microbatch, on: rank)
      case .recompute: return arrival(stage, .forward, microbatch, on: rank)
      case .backward, .inputGradient:
        guard let own = arrival(stage, .forward, microbatch, on: rank) else { return nil }
        guard stage + 1 < stages else { return own }
        return arrival(stage + 1, .backward, microbatch, on: rank).map { max($0, own) }
      case .weightGradient:
        return arrival(stage, .inputGradient, microbatch, on: rank)
      }
    }
    var isMoving = true
    while isMoving {
      isMoving = false
      for (rank, actions) in table.ranks.enumerated() {
        for action in actions[spans[rank].count...] {
          guard let ready = readiness(action, on: rank) else { break }
          let start = max(ready, spans[rank].last?.end ?? 0)
          let end = start + cost(action)
          spans[rank].append((start, end))
          made[kind(action.phase)][action.stage * width + action.microbatch] = (rank, end)
          isMoving = true
        }
      }
    }
  }

  /// With costs of a stage's F, I and W, the same for all; R takes as long as F.
  package init(
    _ table: ScheduleTable, _ f: Double, _ i: Double, _ w: Double, communication: Double = 0
  ) {
    self.init(table, communication: communication) { action in
      switch action.phase {
      case .forward, .recompute: f
      case .backward: i + w
      case .inputGradient: i
      case .weightGradient: w
      }
    }
  }

  /// Whether every rank got to its end.
  package var isComplete: Bool { zip(spans, table.ranks).allSatisfy { $0.count == $1.count } }

  /// The time of the last end.
  package var makespan: Double { spans.compactMap(\.last?.end).max() ?? 0 }

  /// From a rank's first start to its last end.
  package func span(_ rank: Int) -> Double {
    guard let first = spans[rank].first, let last = spans[rank].last else { return 0 }
    return last.end - first.start
  }

  /// The longest of the ranks' spans.
  package var longestSpan: Double { spans.indices.map(span).max() ?? 0 }

  /// The time in which a rank computes.
  package func work(_ rank: Int) -> Double { spans[rank].reduce(0) { $0 + $1.end - $1.start } }

  /// The most microbatches and stages whose activations a rank keeps: from F to B or W.
  package func peak(_ rank: Int) -> Int {
    var (now, most) = (0, 0)
    for action in table.ranks[rank] {
      if action.phase == .forward { now += 1 }
      most = max(most, now)
      if action.phase.endsMicrobatch { now -= 1 }
    }
    return most
  }
}
