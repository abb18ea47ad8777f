internal import PartitaPlan

extension ProgramFault {
  /// The fault in words, and its place in the grid: a row a rank, the rank's actions in order, and
  /// the bad ones marked, as `>1W3<`.
  ///
  /// Of wide grids a window around the marks is shown: in each row around the row's own mark, or
  /// the same columns as in the first one.
  /// - Parameters:
  ///   - program: the program that was refused.
  ///   - columns: actions to show of a row.
  ///   - rows: ranks to show; marked ones come first.
  public func explanation(_ program: Program, columns: Int = 9, rows: Int = 8) -> String {
    var marks: [Int: Int] = [:]
    for wait in cycle { marks[wait.rank] = wait.action }
    if cycle.isEmpty, let rank, let action { marks[rank] = action }
    var lines = [description]
    guard let first = marks.min(by: { $0.key < $1.key }) else { return lines[0] }
    // The marked rows, then their neighbours, as many as there is room for.
    var shown = Set(marks.keys.sorted().prefix(rows))
    for distance in 1..<max(program.ranks.count, 2) where shown.count < rows {
      for rank in [first.key - distance, first.key + distance]
      where program.ranks.indices.contains(rank) && shown.count < rows { shown.insert(rank) }
    }
    var table: [(heading: String, cells: [String])] = []
    for rank in shown.sorted() {
      let count = program.ranks[rank].actions.count
      // A mark may stand behind the last action, where something is missing.
      let end = count + (marks[rank].map { $0 >= count } == true ? 1 : 0)
      let middle = marks[rank] ?? first.value
      let start = max(0, min(middle - columns / 2, end - columns))
      var cells = [start > 0 ? "..." : ""]
      for action in start..<min(start + columns, end) {
        let word = program.words(rank: rank, action: action)
        cells.append(marks[rank] == action ? ">\(word)<" : word)
      }
      if start + columns < end { cells.append("...") }
      table.append((program.plan.heading(ofRank: rank), cells))
    }
    var widths: [Int] = []
    for row in table {
      for (column, cell) in row.cells.enumerated() {
        if column == widths.count { widths.append(0) }
        widths[column] = max(widths[column], cell.count)
      }
    }
    let margin = table.reduce(0) { max($0, $1.heading.count) }
    for row in table {
      var line = row.heading.padded(to: margin) + " "
      for (column, cell) in row.cells.enumerated() where widths[column] > 0 {
        line += " " + cell.padded(to: widths[column])
      }
      while line.hasSuffix(" ") { line.removeLast() }
      lines.append(line)
    }
    let hidden = program.ranks.count - table.count
    if hidden > 0 { lines.append("and \(hidden) more ranks") }
    return lines.joined(separator: "\n")
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}
