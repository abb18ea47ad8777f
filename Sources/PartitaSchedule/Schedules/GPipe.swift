/// All forward, then all backward (Huang et al., arXiv 1811.06965, section 2.3).
///
/// Bubble (p - 1)(F + B); stash of m microbatches on every stage.
public struct GPipe: Schedule {
  public var name: String { "gpipe" }
  public var summary: String { "all forward, then all backward" }

  public init() {}

  public func actions(at seat: Seat) -> [ComputeAction] {
    let stage = seat.stages[0]
    return seat.microbatches.map { ComputeAction(stage: stage, .forward, microbatch: $0) }
      + seat.microbatches.map { ComputeAction(stage: stage, .backward, microbatch: $0) }
  }
}
