/// The epoch with the best loss over the validation samples so far.
struct BestEpoch: Hashable, Codable, Sendable {
  /// The epoch, counted from 1.
  let epoch: Int
  /// L over the validation samples.
  let loss: Double
}
