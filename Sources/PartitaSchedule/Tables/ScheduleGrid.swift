internal import PartitaPlan

extension ScheduleTable {
  /// A row for each rank, a column for each slot of time: when every action takes place if F, R,
  /// I and W take one slot each, B two, and messages nothing. Ranks that wait for ever end early.
  ///
  /// Complexity: O(ranks · slots).
  public var grid: String {
    words.enumerated().map { rank, cells in
      line(plan.heading(ofRank: rank), cells)
    }.joined(separator: "\n")
  }

  /// The grid within so many columns: where a row is longer, block below block of as many slots as fit,
  /// each below the numbers of its slots, and ranks that have ended left out.
  ///
  /// Complexity: O(ranks · slots).
  public func grid(columns: Int) -> String {
    let headings = ranks.indices.map { plan.heading(ofRank: $0) }
    let rows = words
    let margin = headings.reduce(0) { max($0, $1.count) }
    let longest = zip(headings, rows).map { line($0, $1).count }.max() ?? 0
    guard longest > columns else { return grid }
    let room = max(1, (columns - margin - 1) / (cellWidth + 1))
    let slots = rows.map(\.count).max() ?? 0
    return stride(from: 0, to: slots, by: room).map { first in
      let last = min(first + room, slots) - 1
      let lines = rows.indices.filter { rows[$0].count > first }.map { rank in
        let heading = headings[rank]
        return line(
          heading + String(repeating: " ", count: margin - heading.count),
          Array(rows[rank][first..<min(first + room, rows[rank].count)]))
      }
      let numbers = first == last ? "slot \(first)" : "slots \(first) to \(last)"
      return ([numbers] + lines).joined(separator: "\n")
    }.joined(separator: "\n\n")
  }

  /// For each rank the action that starts in each slot of the grid, nil where none does.
  public var slots: [[ComputeAction?]] {
    Timeline(self).cells { cell in cell.flatMap { $0.isStart ? $0.0 : nil } }
  }

  private var cellWidth: Int { ranks.joined().reduce(1) { max($0, $1.description.count) } }

  private var words: [[String]] {
    Timeline(self).cells { $0.map { action, isStart in isStart ? "\(action)" : "-" } ?? "." }
  }

  /// A row of the grid.
  private func line(_ heading: String, _ cells: [String]) -> String {
    let width = cellWidth
    let padded = cells.map { $0 + String(repeating: " ", count: width - $0.count) }
    var line = heading + "  " + padded.joined(separator: " ")
    while line.hasSuffix(" ") { line.removeLast() }
    return line
  }
}

extension Timeline {
  /// A row of cells for each rank: what `word` makes of every slot up to the rank's last, given the
  /// action that takes it and whether it starts there.
  func cells<Cell>(_ word: ((ComputeAction, isStart: Bool)?) -> Cell) -> [[Cell]] {
    zip(orders, starts).map { order, starts in
      var cells: [Cell] = []
      for (action, start) in zip(order, starts) {
        cells += Array(repeating: word(nil), count: start - cells.count)
        cells.append(word((action, isStart: true)))
        cells += Array(repeating: word((action, isStart: false)), count: action.phase.slots - 1)
      }
      return cells
    }
  }
}
