public import PartitaPlan

/// A schedule as a table of cells, in the compute-only form of PyTorch's
/// `torch.distributed.pipelining`: a row for each rank, a column for each slot, `0F0` for an
/// action, nothing for an idle slot.
///
/// Reading takes any layout of the slots, for only the order in a row counts; blanks, quotes, empty
/// cells at the end and either kind of line end are no matter. What holds which stage follows from
/// the rows. All tables that PyTorch 2.13 writes are read, those with communication for their order
/// of computation.
public struct ScheduleCSV: Hashable, Sendable {
  /// Each row's actions, in order.
  public let rows: [[ComputeAction]]
  /// The number of stages: 0, 1, and so on without a gap.
  public let stageCount: Int
  /// The number of microbatches of a step.
  public let microbatchCount: Int

  /// Reads a table.
  ///
  /// Complexity: O(characters).
  /// - Throws: `ScheduleError.cell` for what is no action, `.idleRow` for a row without one,
  ///   `.missingStage` and `.missingMicrobatch` where the numbers have gaps.
  public init(_ text: String) throws(ScheduleError) {
    var rows: [[ComputeAction]] = []
    for (line, row) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .enumerated() where !row.allSatisfy(\.isWhitespace)
    {
      var actions: [ComputeAction] = []
      for (column, cell) in row.split(separator: ",", omittingEmptySubsequences: false)
        .enumerated()
      {
        let word = cell.filter { $0 != "\"" && !$0.isWhitespace }
        if word.isEmpty { continue }
        guard let read = Self.actions(word) else {
          throw .cell(row: line + 1, column: column + 1, text: word)
        }
        actions += read
      }
      guard !actions.isEmpty else { throw .idleRow(line + 1) }
      rows.append(actions)
    }
    rows = Self.renumbered(rows)
    let stages = Set(rows.joined().map(\.stage))
    stageCount = (stages.max() ?? -1) + 1
    let microbatches = Set(rows.joined().map(\.microbatch))
    microbatchCount = (microbatches.max() ?? -1) + 1
    // Found before anything is sized by the largest number that a file happens to name.
    if let missing = (0..<stageCount).first(where: { !stages.contains($0) }) {
      throw .missingStage(missing, of: stageCount)
    }
    if let missing = (0..<microbatchCount).first(where: { !microbatches.contains($0) }) {
      throw .missingMicrobatch(missing, of: microbatchCount)
    }
    self.rows = rows
  }

  /// For each stage the row of each replica: the one that runs the microbatches of groups j mod r.
  ///
  /// Complexity: O(actions).
  /// - Parameter gradientGroups: g; microbatch k is in group k mod g (law 2).
  /// - Throws: `ScheduleError.share` where rows share a stage's microbatches otherwise.
  public func ranks(gradientGroups: Int) throws(ScheduleError) -> [[Int]] {
    var rowsOfStage: [[Int]] = Array(repeating: [], count: stageCount)
    for (row, actions) in rows.enumerated() {
      for stage in Set(actions.map(\.stage)) { rowsOfStage[stage].append(row) }
    }
    var ranks: [[Int?]] = rowsOfStage.map { Array(repeating: nil, count: $0.count) }
    for (row, actions) in rows.enumerated() {
      for action in actions {
        let replicas = ranks[action.stage].count
        let replica = action.microbatch % gradientGroups % replicas
        let owner = ranks[action.stage][replica] ?? row
        guard owner == row else {
          throw .share(
            action, row: row + 1, owner: owner + 1, replicas: replicas, groups: gradientGroups)
        }
        ranks[action.stage][replica] = row
      }
    }
    // None is left without a row: each of a stage's rows has a share, and no share has two rows.
    return ranks.map { $0.compactMap(\.self) }
  }

  /// The schedule for a plan.
  /// - Throws: `ScheduleError` where the plan has other ranks or stages.
  public func table(plan: Plan) throws(ScheduleError) -> ScheduleTable {
    guard stageCount == plan.stages.count else {
      throw .stages(count: stageCount, plan: plan.stages.count)
    }
    return try ScheduleTable(
      plan: plan, microbatches: Array(0..<microbatchCount), ranks: rows)
  }
}

extension ScheduleTable {
  /// The table in PyTorch's compute-only form: actions in their slots as in `grid`, B followed by
  /// an empty cell, for it takes two. Ranks that wait for ever end early.
  ///
  /// Complexity: O(ranks · slots).
  public var csv: String {
    let rows = Timeline(self).cells {
      $0.map { action, isStart in isStart ? "\(action)" : "" } ?? ""
    }
    return rows.map { $0.joined(separator: ",") + "\n" }.joined()
  }
}
