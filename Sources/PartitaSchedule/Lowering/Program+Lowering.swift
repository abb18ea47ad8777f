internal import PartitaGraph
internal import PartitaPlan

extension Program {
  /// Lowers a schedule to a program for every rank.
  ///
  /// The passes, the same for every schedule: messages for every edge and microbatch, buffer
  /// slots from the order of the compute actions, receives as early as their slot is free, sends
  /// right after what makes them, a stage's reduction right after its last gradient, exchange and
  /// update at the end of the step.
  ///
  /// Total: a wrong table gives a wrong program, which the verifier refuses.
  /// Complexity: O(edges · microbatches + actions · log actions).
  /// - Parameters:
  ///   - pipeline: the cut model.
  ///   - table: the order of each rank's compute actions.
  ///   - microbatchSizes: the samples of each microbatch; 0 leaves it out.
  public init(_ pipeline: Pipeline, _ table: ScheduleTable, microbatchSizes: [Int]) {
    let plan = table.plan
    let (messages, channels, reductions) = Self.communication(
      pipeline, plan: plan, microbatches: table.microbatches)

    let timeline = Timeline(table)
    let stageEnds = timeline.stageEnds
    let width = microbatchSizes.count
    let ranks = table.ranks.indices.map { rank in
      let lowering = RankLowering(
        rank: rank, compute: table.ranks[rank], pipeline: pipeline, plan: plan,
        channels: channels, stageEnds: stageEnds)
      return lowering.program(timeline, width: width)
    }
    self.init(
      plan: plan, pipeline: pipeline, microbatchSizes: microbatchSizes, messages: messages,
      ranks: ranks, reductions: reductions)
  }
}
