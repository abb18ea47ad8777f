public import PartitaPlan

extension ScheduleTable {
  /// The seat of every rank.
  public static func seats(_ plan: Plan, microbatches: [Int]) -> [Seat] {
    // A column is a set of ranks that hold the same stages.
    var columnOfRank = Array(repeating: 0, count: plan.worldSize)
    var sizes: [Int] = []
    var known: [[Int]: Int] = [:]
    for stage in plan.stages where known[stage.ranks] == nil {
      known[stage.ranks] = sizes.count
      for rank in stage.ranks { columnOfRank[rank] = sizes.count }
      sizes.append(stage.replicas)
    }
    let (before, behind) = (Self.depths(sizes), Array(Self.depths(sizes.reversed()).reversed()))
    return plan.holdings.indices.map { rank in
      let held = plan.holdings[rank]
      let (stage, replica) = (held[0].stage, held[0].replica)
      let (column, size) = (columnOfRank[rank], plan.stages[stage].replicas)
      return Seat(
        column: column, columns: sizes.count, stages: held.map(\.stage),
        microbatches: size == 1
          ? microbatches
          : microbatches.filter {
            plan.replica(ofGroup: plan.group(ofMicrobatch: $0), stage: stage) == replica
          },
        behind: behind[column], before: before[column])
    }
  }

  /// How far ahead a rank of each column is of the columns that come earlier in `sizes`, so that
  /// it can feed all that their ranks hold at once: one microbatch and what they are ahead.
  private static func depths(_ sizes: [Int]) -> [Int] {
    var depths: [Int] = []
    for (column, size) in sizes.enumerated() {
      let held = column == 0 ? 0 : sizes[column - 1] * (depths[column - 1] + 1)
      depths.append((held + size - 1) / size)
    }
    return depths
  }
}
