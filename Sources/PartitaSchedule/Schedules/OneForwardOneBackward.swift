/// As many forwards as the pipeline behind needs to fill, then one backward for each forward
/// (Narayanan et al., PipeDream, SOSP 2019, section 3.2; the flushing form of arXiv 2006.09503).
///
/// Bubble (p - 1)(F + B) like GPipe, but stage s keeps only p - s microbatches. Where stages have
/// different replicas, a replica warms up with `Seat.behind` microbatches: enough for all that the
/// next stage's replicas hold at once, so that none of them waits while another has two.
public struct OneForwardOneBackward: Schedule {
  public var name: String { "1f1b" }
  public var summary: String { "one forward, one backward" }

  public init() {}

  public func actions(at seat: Seat) -> [ComputeAction] {
    let (stage, microbatches) = (seat.stages[0], seat.microbatches)
    let warmUp = min(seat.behind, microbatches.count)
    var actions = microbatches[..<warmUp].map {
      ComputeAction(stage: stage, .forward, microbatch: $0)
    }
    for (index, microbatch) in microbatches.enumerated() {
      if index + warmUp < microbatches.count {
        actions.append(
          ComputeAction(stage: stage, .forward, microbatch: microbatches[index + warmUp]))
      }
      actions.append(ComputeAction(stage: stage, .backward, microbatch: microbatch))
    }
    return actions
  }
}
