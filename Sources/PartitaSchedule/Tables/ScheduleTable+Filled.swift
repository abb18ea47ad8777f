extension ScheduleTable {
  /// The same for a batch that fills fewer microbatches: what the others would do is struck out.
  ///
  /// Complexity: O(actions).
  package func filled(_ microbatches: [Int]) -> ScheduleTable {
    guard microbatches != self.microbatches else { return self }
    let filled = Set(microbatches)
    return ScheduleTable(
      plan: plan, microbatches: microbatches,
      checked: ranks.map { row in row.filter { filled.contains($0.microbatch) } })
  }
}
