internal import PartitaGraph
internal import PartitaPlan

/// Reads one rank's actions from the words that they print as.
///
/// What a word names must exist in the plan and the model. Whether it stands in the right place, on
/// the right rank, and as often as it should, is for the verifier to say.
struct ActionWords {
  let pipeline: Pipeline
  let plan: Plan
  let microbatchSizes: [Int]
  let channels: Channels
  let rank: Int
  /// How often each tied parameter's transfer has been read: one word for each receiving replica.
  private var seen: [Int: Int] = [:]

  init(
    _ pipeline: Pipeline, plan: Plan, microbatchSizes: [Int], channels: Channels, rank: Int
  ) {
    self.pipeline = pipeline
    self.plan = plan
    self.microbatchSizes = microbatchSizes
    self.channels = channels
    self.rank = rank
  }

  /// What is wrong with a word.
  struct Problem: Error {
    let reason: String
    init(_ reason: String) { self.reason = reason }
  }

  /// The action that prints as `word`.
  mutating func action(_ word: Substring) throws(Problem) -> Action {
    if word == "EXCHANGE" { return .exchange }
    var rest = word
    let stage = try number(&rest)
    guard plan.stages.indices.contains(stage) else { throw Problem("there is no stage \(stage)") }
    if take("SEND_", &rest) { return .send(try transfer(&rest, stage, isSending: true)) }
    if take("RECV_", &rest) { return .receive(try transfer(&rest, stage, isSending: false)) }
    if take("REDUCE", &rest) {
      return .reduce(stage: Int32(stage), bucket: try bucket(&rest, of: stage))
    }
    if take("COMBINE", &rest) {
      return .combine(stage: Int32(stage), bucket: try bucket(&rest, of: stage))
    }
    if take("GATHER", &rest) {
      let bucket = try bucket(&rest, of: stage)
      guard bucket < pipeline.shardedBuckets(ofStage: stage) else {
        throw Problem("every replica of stage \(stage) updates bucket \(bucket)")
      }
      return .gather(stage: Int32(stage), bucket: bucket)
    }
    if take("UPDATE", &rest) {
      try end(rest)
      return .update(stage: Int32(stage))
    }
    if take("FINISH", &rest) {
      try end(rest)
      return .finish(stage: Int32(stage))
    }
    guard let phase = rest.popFirst().flatMap({ Phase(rawValue: String($0)) }) else {
      throw Problem("there is no such action")
    }
    let microbatch = try microbatch(&rest)
    try end(rest)
    return .compute(ComputeAction(stage: stage, phase, microbatch: microbatch))
  }

  private mutating func transfer(
    _ rest: inout Substring, _ stage: Int, isSending: Bool
  ) throws(Problem) -> Transfer {
    let kind: Edge.Kind
    var microbatch: Int?
    if take("TIED_GRAD", &rest) {
      kind = .contribution
    } else if take("TIED_WEIGHT", &rest) {
      kind = .parameter
    } else if take("F", &rest) {
      kind = .activation
      microbatch = try self.microbatch(&rest)
    } else if take("B", &rest) {
      kind = .gradient
      microbatch = try self.microbatch(&rest)
    } else {
      throw Problem("nothing of this name travels")
    }
    guard take(isSending ? ">" : "<", &rest) else { throw Problem("it names one stage only") }
    let other = try number(&rest)
    try end(rest)
    let (from, to) = isSending ? (stage, other) : (other, stage)
    guard plan.stages.indices.contains(other) else { throw Problem("there is no stage \(other)") }
    let channel = channels.outgoing[from].first {
      channels.channels[$0].kind == kind && channels.channels[$0].to == to
    }
    guard let channel else {
      throw Problem("nothing of this kind goes from stage \(from) to stage \(to)")
    }
    if let microbatch { return channels.transfer(channel, microbatch: microbatch) }
    return channels.transfer(channel, replica: receiver(channel, from, to, isSending: isSending))
  }

  /// The replica that a tied parameter's transfer is for. Those that a rank sends print alike: they
  /// come in the order of their receivers.
  private mutating func receiver(
    _ channel: Int, _ from: Int, _ to: Int, isSending: Bool
  ) -> Int {
    let own = plan.holdings[rank].first { $0.stage == (isSending ? from : to) }?.replica ?? 0
    guard isSending else { return own }
    let receivers = (0..<plan.stages[to].replicas).filter {
      $0 % plan.stages[from].replicas == own
    }
    let place = seen[channel, default: 0]
    seen[channel] = place + 1
    return receivers.isEmpty ? 0 : receivers[min(place, receivers.count - 1)]
  }

  private func bucket(_ rest: inout Substring, of stage: Int) throws(Problem) -> Int32 {
    let bucket = try number(&rest)
    try end(rest)
    let count = pipeline.buckets(ofStage: stage).count
    guard bucket < count else { throw Problem("stage \(stage) has \(count) buckets") }
    return Int32(bucket)
  }

  private func microbatch(_ rest: inout Substring) throws(Problem) -> Int {
    let microbatch = try number(&rest)
    guard microbatchSizes.indices.contains(microbatch), microbatchSizes[microbatch] > 0 else {
      throw Problem("there is no microbatch \(microbatch)")
    }
    return microbatch
  }

  private func number(_ rest: inout Substring) throws(Problem) -> Int {
    let digits = rest.prefix { "0"..."9" ~= $0 }
    guard let number = Int32(digits) else { throw Problem("a number is missing") }
    rest.removeFirst(digits.count)
    return Int(number)
  }

  private func take(_ prefix: String, _ rest: inout Substring) -> Bool {
    guard rest.hasPrefix(prefix) else { return false }
    rest.removeFirst(prefix.count)
    return true
  }

  private func end(_ rest: Substring) throws(Problem) {
    guard rest.isEmpty else { throw Problem("\(rest) is too much") }
  }
}
