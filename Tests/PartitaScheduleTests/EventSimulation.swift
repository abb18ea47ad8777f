import PartitaPlan
import PartitaSchedule

/// A table performed with any costs: the tests' own, written from the definition.
///
/// Every rank takes its actions in order, each as soon as its operands are there; a value that goes
/// to another rank is there `communication` later.
struct EventSimulation<Time: Comparable & Numeric> {
  /// When each action of each rank that gets its turn starts and ends.
  private(set) var spans: [[(start: Time, end: Time)]]
  let table: ScheduleTable

  /// Performs a table.
  /// - Parameter cost: the time of an action; B is I and W unless it says otherwise.
  init(
    _ table: ScheduleTable, communication: Time = .zero, cost: (ComputeAction) -> Time
  ) {
    self.table = table
    let plan = table.plan
    spans = table.ranks.map { _ in [] }
    var ends: [ComputeAction: (rank: Int, end: Time)] = [:]
    /// When a value is on a rank, nil before it exists.
    func arrival(_ stage: Int, _ phases: [Phase], _ microbatch: Int, on rank: Int) -> Time? {
      for phase in phases {
        if let made = ends[ComputeAction(stage: stage, phase, microbatch: microbatch)] {
          return made.rank == rank ? made.end : made.end + communication
        }
      }
      return nil
    }
    var isMoving = true
    while isMoving {
      isMoving = false
      for (rank, actions) in table.ranks.enumerated() {
        while spans[rank].count < actions.count {
          let action = actions[spans[rank].count]
          let (stage, microbatch) = (action.stage, action.microbatch)
          var operands: [Time?] = []
          switch action.phase {
          case .forward where stage > 0:
            operands = [arrival(stage - 1, [.forward], microbatch, on: rank)]
          case .forward: break
          case .backward, .inputGradient:
            operands = [arrival(stage, [.forward], microbatch, on: rank)]
            if stage + 1 < plan.stages.count {
              operands.append(
                arrival(stage + 1, [.backward, .inputGradient], microbatch, on: rank))
            }
          case .weightGradient:
            operands = [arrival(stage, [.inputGradient], microbatch, on: rank)]
          }
          guard !operands.contains(where: { $0 == nil }) else { break }
          let start = operands.compactMap(\.self).reduce(spans[rank].last?.end ?? .zero, max)
          let end = start + cost(action)
          spans[rank].append((start, end))
          ends[action] = (rank, end)
          isMoving = true
        }
      }
    }
  }

  /// With costs of a stage's F, I and W, the same for all.
  init(_ table: ScheduleTable, _ f: Time, _ i: Time, _ w: Time, communication: Time = .zero) {
    self.init(table, communication: communication) { action in
      switch action.phase {
      case .forward: f
      case .backward: i + w
      case .inputGradient: i
      case .weightGradient: w
      }
    }
  }

  /// Whether every rank got to its end.
  var isComplete: Bool { zip(spans, table.ranks).allSatisfy { $0.count == $1.count } }

  /// The time of the last end.
  var makespan: Time { spans.compactMap(\.last?.end).max() ?? .zero }

  /// From a rank's first start to its last end.
  func span(_ rank: Int) -> Time {
    guard let first = spans[rank].first, let last = spans[rank].last else { return .zero }
    return last.end - first.start
  }

  /// The longest of the ranks' spans.
  var longestSpan: Time { spans.indices.map(span).max() ?? .zero }

  /// The time in which a rank computes.
  func work(_ rank: Int) -> Time { spans[rank].reduce(.zero) { $0 + $1.end - $1.start } }

  /// The most microbatches and stages whose activations a rank keeps: from F to B or W.
  func peak(_ rank: Int) -> Int {
    var (now, most) = (0, 0)
    for action in table.ranks[rank] {
      if action.phase == .forward { now += 1 }
      most = max(most, now)
      if action.phase.endsMicrobatch { now -= 1 }
    }
    return most
  }
}
