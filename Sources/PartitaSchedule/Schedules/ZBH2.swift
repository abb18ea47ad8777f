/// Twice as many microbatches in flight as ZB-H1, and nobody idle from a rank's first action to its
/// last (Qi et al., arXiv 2401.10241, section 2.2).
///
/// Each rank's own span is idle for (p - 1)(F + I - 2W) where m >= 2p - 1 and W <= min(F, I); the
/// makespan is longer, for ranks start and end one after the other. Stash of min(m, 2p - 1)
/// microbatches: rank r warms up with 2(p - 1 - r), and its W lag 2r behind.
public struct ZBH2: Schedule {
  public var name: String { "zb-h2" }
  public var summary: String { "W delayed, with twice the memory of 1F1B" }

  public init() {}

  public func actions(at seat: Seat) -> [ComputeAction] {
    seat.delayingWeightGradients(warmUp: 2 * seat.behind, lag: 2 * seat.before)
  }
}
