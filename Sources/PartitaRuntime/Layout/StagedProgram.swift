public import PartitaGraph
internal import PartitaPlan
public import PartitaSchedule

/// A program with the model that it was lowered from: what the runtime performs.
public struct StagedProgram: Sendable {
  /// What every rank does.
  public let program: Program
  /// What the stages compute.
  public let staged: StagedModel
  /// The full buckets of gradients of each stage that the program leaves out: only one on paper does.
  public let leftOutBuckets: [Int]

  /// Lowers a schedule for a cut model.
  ///
  /// - Parameters:
  ///   - staged: the model, cut as the table's plan says.
  ///   - table: the order of each rank's compute actions.
  ///   - microbatchSizes: the samples of each microbatch; 0 leaves it out.
  ///   - isOnPaper: whether nobody will perform it: then buckets beyond any use are left out.
  public init(
    _ staged: StagedModel, _ table: ScheduleTable, microbatchSizes: [Int], isOnPaper: Bool = false
  ) {
    precondition(
      staged.stages.allSatisfy {
        $0.recompute.isEmpty || table.plan.stages[$0.index].recomputes
      }, "the model recomputes layers that the plan keeps")
    let whole = Pipeline(staged, sharingUpdate: table.plan.shardsUpdate(ofStage:))
    let (pipeline, leftOut) = whole.withBuckets(
      atMost: isOnPaper ? Pipeline.bucketsOnPaper : .max)
    program = Program(pipeline, table, microbatchSizes: microbatchSizes)
    self.staged = staged
    leftOutBuckets = leftOut
  }
}
