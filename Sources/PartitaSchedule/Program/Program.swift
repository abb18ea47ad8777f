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
    GradientLayout.buckets(count: pipeline.gradientElements[stage])
  }

  /// Bytes of a message.
  public func bytes(of message: ProgramMessage) -> Int {
    switch message.content {
    case .edge(let index, let microbatch):
      let edge = pipeline.edges[index]
      return edge.bytes + edge.bytesPerSample * (microbatch.map { microbatchSizes[$0] } ?? 0)
    case .partial(let stage, let bucket, _, let chunk), .sum(let stage, let bucket, let chunk):
      return 4
        * GradientLayout.chunk(
          chunk, of: plan.stages[stage].replicas, in: buckets(ofStage: stage)[bucket]
        ).count
    }
  }
}
