/// Breadth first: all microbatches through one chunk before the next, backward in reverse
/// (Lamy-Poirier, arXiv 2211.05953, section 3.2).
///
/// Bubble (p - 1)(F + B) / v, F and B being a rank's whole work on a microbatch, where m >= p;
/// stash of mv chunks on every rank. Each chunk's gradients are complete early, one after the
/// other.
public struct LoopedBFS: Schedule {
  public var name: String { "looped-bfs" }
  public var summary: String { "all microbatches through one chunk before the next" }
  public var virtualStages: ClosedRange<Int> { 1...Int.max }

  public init() {}

  public func actions(at seat: Seat) -> [ComputeAction] {
    func pass(_ stages: some Sequence<Int>, _ phase: Phase) -> [ComputeAction] {
      stages.flatMap { stage in
        seat.microbatches.map { ComputeAction(stage: stage, phase, microbatch: $0) }
      }
    }
    return pass(seat.stages, .forward) + pass(seat.stages.reversed(), .backward)
  }
}
