internal import PartitaGraph
internal import PartitaPlan
internal import PartitaSchedule

/// Numbers sorted into groups: the members of a group lie side by side.
struct Grouped {
  private var starts: [Int32]
  private(set) var members: [Int32]

  /// Sorts `0..<count` by `group`, stably; nil leaves a number out.
  ///
  /// Complexity: O(groups + count), with two calls of `group` for each number.
  init(_ count: Int, groups: Int, group: (Int) -> Int?) {
    starts = Array(repeating: 0, count: groups + 1)
    for number in 0..<count { if let group = group(number) { starts[group + 1] += 1 } }
    for index in 0..<groups { starts[index + 1] += starts[index] }
    members = Array(repeating: 0, count: Int(starts[groups]))
    var next = starts
    for number in 0..<count {
      guard let group = group(number) else { continue }
      members[Int(next[group])] = Int32(number)
      next[group] += 1
    }
  }

  /// Where the members of a group lie.
  subscript(group: Int) -> Range<Int> { Int(starts[group])..<Int(starts[group + 1]) }
}

/// Which messages an action reads or trades, found by arithmetic.
struct MessageTables {
  /// By stage, kind and microbatch: the activations and gradients that a stage reads.
  private(set) var reads: Grouped
  /// By stage, bucket and replica: the partial sums, sums and weights that a replica trades; a message
  /// twice its number for its sender, and one more for its receiver.
  private(set) var traded: Grouped
  /// What travels once a step: gradients of tied parameters.
  private(set) var contributions: [Int32] = []
  private let width: Int
  private let firstTrade: [Int]
  private let replicas: [Int]
  private let bucketsOfStage: [[Range<Int>]]
  private let pipeline: Pipeline
  private let kinds: [Edge.Kind]
  private let fixedBytes, bytesPerSample: [Int]
  private let samples: [Int]

  init(_ program: Program) {
    let messages = program.messages
    let edges = program.pipeline.edges
    let targets = edges.map(\.to)
    let kinds = edges.map(\.kind)
    let width = program.microbatchSizes.count
    let stages = program.plan.stages
    reads = Grouped(messages.count, groups: 2 * width * stages.count) { index in
      guard case .edge(let edge, let microbatch?) = messages[index].content else { return nil }
      return (2 * targets[edge] + (kinds[edge] == .activation ? 0 : 1)) * width + microbatch
    }
    let replicas = stages.map(\.replicas)
    let buckets = stages.indices.map(program.buckets)
    var firstTrade = [0]
    for stage in stages.indices {
      firstTrade.append(firstTrade[stage] + buckets[stage].count * replicas[stage])
    }
    let isTrading = messages.contains { if case .edge = $0.content { false } else { true } }
    traded = Grouped(isTrading ? 2 * messages.count : 0, groups: firstTrade[stages.count]) {
      let isReceiver = $0 % 2 == 1
      switch messages[$0 / 2].content {
      case .edge: return nil
      case .partial(let stage, let bucket, let partial, let chunk):
        let sender = program.reductions[stage].partials[partial].replica
        return firstTrade[stage] + bucket * replicas[stage] + (isReceiver ? chunk : sender)
      case .sum(let stage, let bucket, let chunk), .weights(let stage, let bucket, let chunk):
        let other = stages[stage].ranks.firstIndex(of: messages[$0 / 2].to) ?? chunk
        return firstTrade[stage] + bucket * replicas[stage] + (isReceiver ? other : chunk)
      }
    }
    for (index, message) in messages.enumerated() {
      if case .edge(let edge, nil) = message.content, kinds[edge] == .contribution {
        contributions.append(Int32(index))
      }
    }
    self.width = width
    self.firstTrade = firstTrade
    self.replicas = replicas
    self.kinds = kinds
    bucketsOfStage = buckets
    pipeline = program.pipeline
    fixedBytes = edges.map(\.bytes)
    bytesPerSample = edges.map(\.bytesPerSample)
    samples = program.microbatchSizes
  }

  /// The group of `reads` that an action waits for.
  func read(_ action: ComputeAction) -> Range<Int> {
    let kind = action.phase == .forward ? 0 : 1
    return reads[(2 * action.stage + kind) * width + action.microbatch]
  }

  /// The group of `traded` of a replica.
  func trade(stage: Int, bucket: Int, replica: Int) -> Range<Int> {
    traded[firstTrade[stage] + bucket * replicas[stage] + replica]
  }

  /// The buckets of a stage.
  func buckets(_ stage: Int) -> Range<Int> { bucketsOfStage[stage].indices }

  /// The elements of a bucket.
  func bucket(_ bucket: Int, ofStage stage: Int) -> Range<Int> {
    bucketsOfStage[stage][bucket]
  }

  /// Bytes of the part of a bucket that a replica adds up.
  func chunkBytes(_ chunk: Int, bucket: Int, ofStage stage: Int) -> Int {
    let range = self.bucket(bucket, ofStage: stage)
    return 4 * pipeline.chunk(chunk, of: replicas[stage], in: range, ofStage: stage).count
  }

  /// Bytes of a message: `Program.bytes(of:)` without an allocation.
  func bytes(_ content: ProgramMessage.Content) -> Int {
    switch content {
    case .edge(let edge, let microbatch):
      fixedBytes[edge] + bytesPerSample[edge] * (microbatch.map { samples[$0] } ?? 0)
    case .partial(let stage, let bucket, _, let chunk), .sum(let stage, let bucket, let chunk),
      .weights(let stage, let bucket, let chunk):
      chunkBytes(chunk, bucket: bucket, ofStage: stage)
    }
  }
}
