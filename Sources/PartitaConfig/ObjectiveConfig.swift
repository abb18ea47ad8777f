public import PartitaGraph
internal import PartitaKeys

/// What is minimised, J = L + s: the `objective` section.
public struct ObjectiveConfig: Hashable, Sendable, Encodable {
  /// The loss whose mean over a batch's samples is L. Default: cross-entropy.
  public let loss: LossKind
  /// λ of s = (λ/2)·Σ‖W‖². Default: 0.
  public let weightDecay: Double
  /// Whether s counts biases and other vectors too. Default: false.
  public let decayBiases: Bool

  enum CodingKeys: String, CodingKey, CaseIterable {
    case loss
    case weightDecay = "weight_decay"
    case decayBiases = "decay_biases"
  }

  init(_ section: ConfigSection) throws(ConfigError) {
    try section.allow(names(of: CodingKeys.self))
    loss = try section.value(CodingKeys.loss, .choice()) ?? .crossEntropy
    weightDecay = try section.value(CodingKeys.weightDecay, .number(.notNegative)) ?? 0
    decayBiases = try section.value(CodingKeys.decayBiases, .flag) ?? false
  }
}
