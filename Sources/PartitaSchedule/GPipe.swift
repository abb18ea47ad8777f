/// All forward, then all backward (Huang et al., arXiv 1811.06965, section 2.3).
///
/// Bubble (p - 1)(F + B); stash of m microbatches on every stage.
public struct GPipe: Schedule {
  public let name = "gpipe"

  /// Makes the schedule.
  public init() {}

  public func actions(stage: Int, replicas: [Int], microbatches: [Int]) -> [ComputeAction] {
    microbatches.map { ComputeAction(stage: stage, .forward, microbatch: $0) }
      + microbatches.map { ComputeAction(stage: stage, .backward, microbatch: $0) }
  }
}
