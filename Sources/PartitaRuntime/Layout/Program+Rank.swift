internal import PartitaGraph
internal import PartitaPlan
internal import PartitaSchedule

extension StagedProgram {
  /// Bytes of partial sums that would arrive at a rank in the buckets that are left out.
  package func leftOutPartialBytes(ofRank rank: Int) -> Int {
    program.messages.reduce(0) { sum, message in
      guard message.to == rank, case .partial(let stage, let bucket, _, _) = message.content,
        leftOutBuckets[stage] > 0, bucket == program.pipeline.middleBucket(ofStage: stage)
      else { return sum }
      return sum + leftOutBuckets[stage] * program.bytes(of: message)
    }
  }
}

extension Program {
  /// The gradient groups that a copy of a stage runs, ascending.
  func groups(of holding: Plan.Holding) -> [Int] {
    (0..<plan.gradientGroups).filter {
      plan.replica(ofGroup: $0, stage: holding.stage) == holding.replica
    }
  }

  /// Where the partial sums that arrive at a rank lie, one behind the other, and their bytes.
  func partialOffsets(ofRank rank: Int) -> (offsets: [ProgramMessage: Int], bytes: Int) {
    var offsets: [ProgramMessage: Int] = [:]
    var bytes = 0
    for message in messages where message.to == rank {
      guard case .partial = message.content else { continue }
      offsets[message] = bytes
      bytes += self.bytes(of: message)
    }
    return (offsets, bytes)
  }
}
