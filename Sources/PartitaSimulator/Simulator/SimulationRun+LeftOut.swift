internal import PartitaSchedule

/// Buckets of gradients that a program leaves out because they are like others.
///
/// A rank reduces and combines equal buckets one behind the other, at equal costs. When each of them is
/// sent, has arrived and is added up are largest values of straight lines over its number, and so the
/// largest of any such time plus what is left to do is at one of the ends: with a bucket before those
/// that are left out, and the one behind. Both are in the program; between them a rank works as long as
/// those that are left out take.
extension SimulationRun {
  /// How many buckets are left out before one of a stage.
  func leftOut(before bucket: Int, ofStage stage: Int) -> Int {
    guard stage < leftOutBuckets.count, leftOutBuckets[stage] > 0,
      bucket == program.pipeline.middleBucket(ofStage: stage)
    else { return 0 }
    return leftOutBuckets[stage]
  }

  /// For how many messages one stands whose reader pays for it when all have arrived; those whose
  /// readers pay one by one stand for themselves.
  func times(_ message: Int) -> Double {
    switch program.messages[message].content {
    case .sum(let stage, let bucket, _), .weights(let stage, let bucket, _):
      return 1 + Double(leftOut(before: bucket, ofStage: stage))
    case .edge, .partial: return 1
    }
  }

  /// What sending what replicas trade of a bucket costs a rank.
  func sendSeconds(
    _ stage: Int, _ bucket: Int, _ replica: Int, _ kind: Trade, on rank: Int
  ) -> Double {
    guard leftOut(before: bucket, ofStage: stage) > 0 else { return 0 }
    return traded(stage, replica, bucket: bucket, kind).reduce(0) {
      let message = program.messages[$1]
      guard message.from == rank else { return $0 }
      let link = costs.link(from: rank, to: message.to)
      return $0 + link.senderSeconds
        + link.senderSecondsPerByte * Double(tables.bytes(message.content))
    }
  }
}
