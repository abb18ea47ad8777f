extension ScheduleCSV {
  /// The rows as PyTorch performs them.
  ///
  /// The table of its 1F1B numbers the last stage's forwards from 1: `1F1,1B0,1F2,1B1`, up to a
  /// microbatch that nobody has; it runs `1F0,1B0,1F1,1B1`. No table that can run has such a row,
  /// for what is done forward is done backward, so nothing else is ever read otherwise.
  static func renumbered(_ rows: [[ComputeAction]]) -> [[ComputeAction]] {
    guard let last = rows.joined().map(\.stage).max() else { return rows }
    return rows.map { row in
      func pairs(from first: Int) -> [ComputeAction] {
        (0..<row.count / 2).flatMap {
          [
            ComputeAction(stage: last, .forward, microbatch: first + $0),
            ComputeAction(stage: last, .backward, microbatch: $0),
          ]
        }
      }
      return row == pairs(from: 1) ? pairs(from: 0) : row
    }
  }
}
