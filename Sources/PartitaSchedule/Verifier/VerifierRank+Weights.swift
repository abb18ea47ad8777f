/// New weights of which each replica of a stage updates its share: every chunk reaches every other
/// replica once, behind its update.
extension RankWalk {
  /// Proves the start of trading a bucket of new weights: they are made, and nobody reads the old ones.
  mutating func gather(_ stage: Int, _ bucket: Int) throws(ProgramFault) {
    let place = try held(stage)
    let action = "\(stage)GATHER\(bucket)"
    guard holdings[place].isGathered.indices.contains(bucket) else {
      throw fault(
        .reduction, "\(action), but every replica of stage \(stage) updates that bucket",
        "gather the first \(holdings[place].isGathered.count) buckets")
    }
    guard !holdings[place].isGathered[bucket] else {
      throw fault(.reduction, "bucket \(bucket) of stage \(stage) is gathered twice", "once")
    }
    // Any stage of the rank may read the weights until then.
    guard unfinished == 0 else {
      throw fault(
        .order, "\(action) while this rank may still need the old weights",
        "gather after the rank's last FINISH")
    }
    holdings[place].isGathered[bucket] = true
    try trade(place, bucket)
  }

  /// Proves that a stage's weights may be sent on, or come again from elsewhere: what replicas trade has
  /// all been started, and is waited for.
  mutating func waitForWeights(_ place: Int, _ what: String) throws(ProgramFault) {
    if let bucket = holdings[place].isGathered.firstIndex(of: false) {
      throw fault(
        .order, "\(what) before \(holdings[place].stage)GATHER\(bucket)",
        "gather every bucket of the rank's weights first")
    }
    for bucket in holdings[place].isGathered.indices { try wait(place, bucket) }
  }
}
