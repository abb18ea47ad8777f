internal import PartitaGraph
public import PartitaPlan

/// What every rank does in one step, communication included: a schedule, lowered.
///
/// A program is data. The verifier proves it, the simulator predicts it, the runtime performs it;
/// nothing else decides what a rank does.
public struct Program: Hashable, Sendable {
  /// Who holds which layers.
  public let plan: Plan
  /// What passes between the stages.
  public let pipeline: Pipeline
  /// The samples of each microbatch of the global batch; 0 where a ragged batch leaves none.
  public let microbatchSizes: [Int]
  /// Every message of a step; its index is its tag.
  public let messages: [ProgramMessage]
  /// What each rank does.
  public let ranks: [RankProgram]
  /// How each stage's gradients are reduced.
  public let reductions: [Reduction]

  package init(
    plan: Plan, pipeline: Pipeline, microbatchSizes: [Int], messages: [ProgramMessage],
    ranks: [RankProgram], reductions: [Reduction]
  ) {
    self.plan = plan
    self.pipeline = pipeline
    self.microbatchSizes = microbatchSizes
    self.messages = messages
    self.ranks = ranks
    self.reductions = reductions
  }

  /// The gradient groups that have samples in this program.
  public var filledGroups: Set<Int> {
    Set(microbatchSizes.indices.filter { microbatchSizes[$0] > 0 }.map(plan.group(ofMicrobatch:)))
  }

  /// The buckets of a stage's gradients, as ranges of elements.
  public func buckets(ofStage stage: Int) -> [Range<Int>] {
    pipeline.buckets(ofStage: stage)
  }

  /// The part of a bucket of a stage that one of its replicas adds up.
  package func chunk(_ index: Int, bucket: Int, ofStage stage: Int) -> Range<Int> {
    pipeline.chunk(
      index, of: plan.stages[stage].replicas, in: buckets(ofStage: stage)[bucket], ofStage: stage)
  }

  /// Whether each replica of a stage updates its part of a bucket alone.
  package func isSharded(bucket: Int, ofStage stage: Int) -> Bool {
    bucket < pipeline.shardedBuckets(ofStage: stage)
  }

  /// The share of a stage's gradients that the replica with the largest one updates: 1 where each
  /// updates all.
  ///
  /// Complexity: O(buckets · replicas).
  package func updateShare(ofStage stage: Int) -> Double {
    let (all, sharded) = (
      pipeline.gradientElements[stage], pipeline.shardedElements(ofStage: stage)
    )
    guard sharded > 0 else { return 1 }
    let buckets = 0..<pipeline.shardedBuckets(ofStage: stage)
    let largest = plan.stages[stage].ranks.indices.map { replica in
      buckets.reduce(0) { $0 + chunk(replica, bucket: $1, ofStage: stage).count }
    }.max()
    return Double((largest ?? sharded) + all - sharded) / Double(all)
  }

  /// Bytes of a message.
  public func bytes(of message: ProgramMessage) -> Int {
    switch message.content {
    case .edge(let index, let microbatch):
      let edge = pipeline.edges[index]
      return edge.bytes + edge.bytesPerSample * (microbatch.map { microbatchSizes[$0] } ?? 0)
    case .partial(let stage, let bucket, _, let chunk), .sum(let stage, let bucket, let chunk),
      .weights(let stage, let bucket, let chunk):
      return 4 * self.chunk(chunk, bucket: bucket, ofStage: stage).count
    }
  }
}
