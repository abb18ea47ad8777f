/// Whether plans come in the predicted order: of pairs whose measured seconds are so far apart, how many
/// are predicted in the same order.
public struct PlanOrder: Hashable, Sendable {
  /// How much longer the slower plan of a pair takes at least, as a share.
  public let apart: Double
  /// Pairs so far apart.
  public let pairs: Int
  /// Those of them whose order was predicted.
  public let right: Int

  /// Looks at every pair.
  ///
  /// Complexity: O(plans²).
  public init(_ plans: [ScalingReport.PlanCase], apart: Double) {
    self.apart = apart
    var (pairs, right) = (0, 0)
    for (place, one) in plans.enumerated() {
      for other in plans[..<place] {
        let (fast, slow) = one.measuredSeconds < other.measuredSeconds ? (one, other) : (other, one)
        guard slow.measuredSeconds > (1 + apart) * fast.measuredSeconds else { continue }
        pairs += 1
        if fast.predictedSeconds < slow.predictedSeconds { right += 1 }
      }
    }
    (self.pairs, self.right) = (pairs, right)
  }

  /// The share in the right order; 1 where no pair is so far apart.
  public var share: Double { pairs == 0 ? 1 : Double(right) / Double(pairs) }
}
