internal import PartitaPlan

extension ScheduleTable {
  /// A row for each rank, a column for each slot of time: when every action takes place if F takes
  /// one slot, I and W one each, B two, and messages nothing. Ranks that wait for ever end early.
  ///
  /// Complexity: O(ranks · slots).
  public var grid: String {
    let timeline = Timeline(self)
    let width = ranks.joined().reduce(1) { max($0, $1.description.count) }
    return ranks.indices.map { rank in
      var cells: [String] = []
      for (action, start) in zip(timeline.orders[rank], timeline.starts[rank]) {
        cells += Array(repeating: ".", count: start - cells.count)
        cells.append(action.description)
        cells += Array(repeating: "-", count: action.phase.slots - 1)
      }
      let padded = cells.map { $0 + String(repeating: " ", count: width - $0.count) }
      var line = plan.heading(ofRank: rank) + "  " + padded.joined(separator: " ")
      while line.hasSuffix(" ") { line.removeLast() }
      return line
    }.joined(separator: "\n")
  }
}

extension Program {
  /// What the ranks compute, without communication.
  /// - Throws: `ScheduleError` where an action is on a rank that can't run it.
  public var table: ScheduleTable {
    get throws(ScheduleError) {
      try ScheduleTable(
        plan: plan, microbatches: microbatchSizes.indices.filter { microbatchSizes[$0] > 0 },
        ranks: ranks.map(\.computeActions))
    }
  }

  /// Every rank's whole program, communication included, a line for each rank.
  public var listing: String {
    ranks.indices.map { index in
      let words = ranks[index].actions.map(\.description).joined(separator: " ")
      return "\(plan.heading(ofRank: index))  \(words)"
    }.joined(separator: "\n")
  }
}

extension Plan {
  /// As `rank 3 (stage 1, replica 1)`, or `rank 0 (stages 0, 4)`.
  package func heading(ofRank rank: Int) -> String {
    let held = holdings[rank]
    let stages = held.map { "\($0.stage)" }.joined(separator: ", ")
    let isOneOfMany = held.contains { self.stages[$0.stage].replicas > 1 }
    let replica = held.count > 1 && !isOneOfMany ? "" : ", replica \(held[0].replica)"
    return "rank \(rank) (\(held.count == 1 ? "stage" : "stages") \(stages)\(replica))"
  }
}
