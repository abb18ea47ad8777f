/// 1F1B with the backward pass in two halves: upstream stages get their gradients earlier, and W
/// fills what was idle at the end (Qi et al., arXiv 2401.10241, section 2.1).
///
/// Bubble (p - 1)(F + I - W) where m >= p and W <= min(F, I); stash of min(m, p) microbatches on
/// every rank: rank r warms up with p - 1 - r, and its W lag r behind.
public struct ZBH1: Schedule {
  public var name: String { "zb-h1" }
  public var summary: String { "W delayed, with the memory of 1F1B" }

  public init() {}

  public func actions(at seat: Seat) -> [ComputeAction] {
    seat.delayingWeightGradients(warmUp: seat.behind, lag: seat.before)
  }
}
