internal import PartitaGraph
internal import PartitaPlan
internal import PartitaSchedule

extension Program {
  /// The gradient groups that a rank runs, ascending.
  func groups(ofRank rank: Int) -> [Int] {
    let own = ranks[rank]
    return (0..<plan.gradientGroups).filter {
      plan.replica(ofGroup: $0, stage: own.stage) == own.replica
    }
  }

  /// Where the partial sums that arrive at a rank lie, one behind the other, and their bytes.
  func partialOffsets(ofRank rank: Int) -> (offsets: [ProgramMessage: Int], bytes: Int) {
    var offsets: [ProgramMessage: Int] = [:]
    var bytes = 0
    for message in messages where message.to == rank {
      guard case .partial(let stage, let bucket, _, let chunk) = message.content else { continue }
      offsets[message] = bytes
      bytes +=
        4
        * GradientLayout.chunk(
          chunk, of: plan.stages[stage].replicas, in: layouts[stage].buckets[bucket]
        ).count
    }
    return (offsets, bytes)
  }
}
