internal import PartitaPlan

/// Which rank brings which file of a checkpoint to the disk: replicas of a stage share its files.
struct CheckpointShares: Hashable, Sendable {
  /// For each file of the layout, the rank that holds its tensors and copies them.
  let holders: [Int]
  /// The rank that writes it: the holder, or rank 0 where the holder doesn't see the folder.
  let writers: [Int]

  /// Gives each file to the replica that has the fewest bytes so far, one that sees the folder
  /// rather than one that doesn't.
  ///
  /// - Parameter sees: for each rank, whether it sees the run's folder; rank 0 does.
  init(_ layout: CheckpointLayout, _ plan: Plan, sees: [Bool]) {
    let stageOfLayer = plan.stageOfLayer
    var bytes = Array(repeating: 0, count: plan.worldSize)
    var holders: [Int] = []
    for shard in layout.shards {
      let ranks = plan.stages[stageOfLayer[shard.layer]].ranks
      let seeing = ranks.filter { sees[$0] }
      let holder = (seeing.isEmpty ? ranks : seeing).min { bytes[$0] < bytes[$1] } ?? 0
      bytes[holder] += shard.byteCount
      holders.append(holder)
    }
    self.holders = holders
    writers = holders.map { sees[$0] ? $0 : 0 }
  }
}
