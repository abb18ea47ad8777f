internal import PartitaPlan

extension ScheduleTable {
  /// A row for each rank, a column for each slot of time: when every action takes place if F, R,
  /// I and W take one slot each, B two, and messages nothing. Ranks that wait for ever end early.
  ///
  /// Complexity: O(ranks · slots).
  public var grid: String {
    let rows = Timeline(self).cells {
      $0.map { action, isStart in isStart ? "\(action)" : "-" } ?? "."
    }
    let width = ranks.joined().reduce(1) { max($0, $1.description.count) }
    return rows.enumerated().map { rank, cells in
      let padded = cells.map { $0 + String(repeating: " ", count: width - $0.count) }
      var line = plan.heading(ofRank: rank) + "  " + padded.joined(separator: " ")
      while line.hasSuffix(" ") { line.removeLast() }
      return line
    }.joined(separator: "\n")
  }
}

extension Timeline {
  /// A row of cells for each rank: what `word` makes of every slot up to the rank's last, given the
  /// action that takes it and whether it starts there.
  func cells(_ word: ((ComputeAction, isStart: Bool)?) -> String) -> [[String]] {
    zip(orders, starts).map { order, starts in
      var cells: [String] = []
      for (action, start) in zip(order, starts) {
        cells += Array(repeating: word(nil), count: start - cells.count)
        cells.append(word((action, isStart: true)))
        cells += Array(repeating: word((action, isStart: false)), count: action.phase.slots - 1)
      }
      return cells
    }
  }
}
