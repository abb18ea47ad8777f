internal import PartitaPlan

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
