public import PartitaPlan

/// The order in which one rank works through its microbatches: compute actions only.
///
/// A schedule knows nothing of messages, reductions or memory; lowering adds them, the same way
/// for every schedule. It says everything about itself, so that adding one to a
/// `ScheduleCatalogue` makes configurations, verbs and searches know it.
public protocol Schedule: Sendable {
  /// The name by which it is asked for, as published: `1f1b`, `zb-h1`. Two schedules of one name
  /// are taken for the same.
  var name: String { get }
  /// What it does, in one sentence without a full stop.
  var summary: String { get }
  /// How it wants its stages to lie on the columns of ranks. Default: `.looped`.
  var stageOrder: StageOrder { get }
  /// The numbers of stages on a rank that it works with. Default: 1 alone.
  var virtualStages: ClosedRange<Int> { get }
  /// The actions of the rank at a seat: for each of its stages and microbatches F and B, or F, I
  /// and W. Not complete at a seat with another number of stages than the schedule works with.
  func actions(at seat: Seat) -> [ComputeAction]
}

extension Schedule {
  public var stageOrder: StageOrder { .looped }
  public var virtualStages: ClosedRange<Int> { 1...1 }

  /// `virtualStages` in words: `2`, `1 or more`, `2 to 4`.
  public var virtualStagesWords: String {
    let (least, most) = (virtualStages.lowerBound, virtualStages.upperBound)
    return least == most ? "\(least)" : most == .max ? "\(least) or more" : "\(least) to \(most)"
  }

  /// Whether a plan's stages lie as the schedule wants them.
  ///
  /// Complexity: O(ranks + stages).
  public func suits(_ plan: Plan) -> Bool {
    let virtual = plan.holdings[0].count
    guard virtualStages.contains(virtual), plan.holdings.allSatisfy({ $0.count == virtual }),
      plan.stages.count.isMultiple(of: virtual)
    else { return false }
    let columns = plan.stages.count / virtual
    return plan.stages.indices.allSatisfy { stage in
      let column = stageOrder.column(ofStage: stage, columns: columns)
      return plan.stages[stage].ranks == plan.stages[column].ranks
    }
  }
}
