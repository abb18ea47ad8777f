internal import PartitaKeys
public import PartitaPlan

/// What is wrong with a schedule before it is lowered; rows and cells count from 1, as editors do.
public enum ScheduleError: Error, Hashable, Sendable, CustomStringConvertible {
  /// There are not as many rows as ranks.
  case rows(count: Int, ranks: Int)
  /// There are not as many stages as in the plan.
  case stages(count: Int, plan: Int)
  /// An action stands on a rank that doesn't hold its stage, or doesn't run its microbatch.
  case misplaced(ComputeAction, rank: Int, place: Int)
  /// A cell holds no action.
  case cell(row: Int, column: Int, text: String)
  /// A row holds no action.
  case idleRow(Int)
  /// A row lacks an action.
  case missing(ComputeAction, row: Int)
  /// A row does something twice, or as B and as I or W.
  case twice(ComputeAction, row: Int)
  /// A row computes again what the plan keeps.
  case keptLayers(ComputeAction, row: Int)
  /// No row runs a stage that lies before another.
  case missingStage(Int, of: Int)
  /// No row runs a microbatch that comes before another.
  case missingMicrobatch(Int, of: Int)
  /// A row runs a microbatch of a gradient group that another row runs.
  case share(ComputeAction, row: Int, owner: Int, replicas: Int, groups: Int)
  /// Backward folds gradient groups in another order than the plan, throughout.
  case gradientOrder(ComputeAction, row: Int, after: Int, plan: GradientOrder)
  /// Not even one microbatch of each stage of a rank fits into the memory.
  case memory(rank: Int, limit: Int, needed: Int)

  public var description: String {
    switch self {
    case .rows(let count, let ranks):
      "the schedule has \(count) rows, and the plan has \(ranks) ranks"
    case .stages(let count, let plan):
      "the schedule has \(count) stages, and the plan has \(plan)"
    case .misplaced(let action, let rank, let place):
      "\(action), action \(place) of rank \(rank), is not for this rank"
    case .cell(let row, let column, let text):
      "row \(row), cell \(column): '\(text.shortened())' is no action; an action is a stage, F, R, B, I or W, "
        + "and a microbatch, as 1F3"
    case .idleRow(let row):
      "row \(row) has no action: every row is a rank, and every rank holds a stage"
    case .missing(let action, let row):
      "row \(row) has no \(action): each stage has F and B of each microbatch, or F, I and W"
        + (action.phase == .recompute ? "; one that recomputes has R of each, too" : "")
    case .twice(let action, let row):
      "row \(row) has \(action) and has done that work before: each stage has F and B of each "
        + "microbatch, or F, I and W, once"
    case .keptLayers(let action, let row):
      "row \(row) has \(action), and stage \(action.stage) keeps all that it makes: name layers of it "
        + "in parallel.recompute, or leave R out"
    case .missingStage(let stage, let count):
      "no row runs stage \(stage) of \(count): stages are numbered from 0, without a gap"
    case .missingMicrobatch(let microbatch, let count):
      "no row runs microbatch \(microbatch) of \(count): they are numbered from 0, without a gap"
    case .share(let action, let row, let owner, let replicas, let groups):
      "row \(row) runs \(action), and row \(owner) other microbatches of the same share: with "
        + "\(groups) gradient groups and \(replicas) rows for stage \(action.stage), microbatch k "
        + "belongs to share k mod \(groups) mod \(replicas)"
    case .gradientOrder(let action, let row, let after, let order):
      "row \(row) runs \(action) after microbatch \(after) of its gradient group: set "
        + "training.gradient_order to \(order.reversed) (it is \(order)), with one rank as with many; "
        + "it fixes the bits of a run"
    case .memory(let rank, let limit, let needed):
      "rank \(rank) can't keep one microbatch of each of its stages in \(limit) bytes: "
        + "the smallest limit that would do is \(needed)"
    }
  }
}
