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

  /// The listing within so many columns: what is longer goes on below, indented as its first action.
  public func listing(columns: Int) -> String {
    ranks.indices.map { index in
      let heading = plan.heading(ofRank: index) + "  "
      let margin = String(repeating: " ", count: heading.count)
      var lines = [heading]
      var isFirst = true
      for word in ranks[index].actions.map(\.description) {
        if !isFirst, lines[lines.count - 1].count + 1 + word.count > columns {
          lines.append(margin)
          isFirst = true
        }
        lines[lines.count - 1] += (isFirst ? "" : " ") + word
        isFirst = false
      }
      return lines.joined(separator: "\n")
    }.joined(separator: "\n")
  }
}
