internal import PartitaKeys

/// How long and in which portions is trained: the `training` section.
public struct LoopConfig: Hashable, Sendable {
  /// Passes over the training data. Default: 10.
  public let epochs: Int
  /// Samples of a step, over all ranks. Default: 64.
  public let batch: Int
  /// Slices of a batch, over all ranks. Default: 1.
  public let microbatches: Int
  /// Groups in which gradients are folded before they are combined: a power of two, at most
  /// `microbatches`. It fixes the order of every sum and so the bits of a run, and it is the most
  /// replicas that a stage can have. Default: the largest of 4, 2 and 1 that fits.
  public let gradientGroups: Int
  /// The rule that turns gradients into new weights.
  public let optimizer: OptimizerConfig
  /// The learning rate of each step.
  public let learningRate: LearningRateConfig
  /// The largest norm over all gradients; above it they are scaled down. nil means no limit.
  public let clipNorm: Double?
  /// The most steps, whatever the epochs say; nil means no limit.
  public let steps: Int?

  enum CodingKeys: String, CodingKey, CaseIterable {
    case epochs
    case batch
    case microbatches
    case gradientGroups = "gradient_groups"
    case clipNorm = "clip_norm"
    case steps
  }

  init(_ section: ConfigSection) throws(ConfigError) {
    let rule = try OptimizerConfig.kind(in: section)
    let shape = try LearningRateConfig.shape(in: section)
    try section.allow(
      names(of: CodingKeys.self) + OptimizerConfig.keys(of: rule)
        + LearningRateConfig.keys(of: shape),
      with: "optimizer: \(rule.rawValue), schedule: \(shape.rawValue)")

    epochs = try section.value(CodingKeys.epochs, .integer(atLeast: 1)) ?? 10
    batch = try section.value(CodingKeys.batch, .integer(atLeast: 1)) ?? 64
    microbatches = try section.value(CodingKeys.microbatches, .integer(atLeast: 1)) ?? 1
    gradientGroups = try Self.gradientGroups(in: section, microbatches: microbatches)
    optimizer = try OptimizerConfig(rule, section)
    learningRate = try LearningRateConfig(shape, section, base: optimizer.usualLearningRate)
    clipNorm = try section.value(CodingKeys.clipNorm, .number(.positive))
    steps = try section.value(CodingKeys.steps, .integer(atLeast: 1))
  }

  private static func gradientGroups(
    in section: ConfigSection, microbatches: Int
  ) throws(ConfigError) -> Int {
    let key = CodingKeys.gradientGroups
    guard let groups = try section.value(key, .integer(atLeast: 1)) else {
      return microbatches >= 4 ? 4 : microbatches >= 2 ? 2 : 1
    }
    guard groups.nonzeroBitCount == 1 else {
      let below = 1 << (Int.bitWidth - 1 - groups.leadingZeroBitCount)
      throw section.conflict(
        key, "\(groups) is no power of two; take \(below) or \(2 * below)")
    }
    guard groups <= microbatches else {
      throw section.conflict(
        key, "\(groups) groups need as many microbatches; training.microbatches is \(microbatches)")
    }
    return groups
  }
}

extension LoopConfig: Encodable {
  /// Writes the keys that a configuration is read from.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(epochs, forKey: .epochs)
    try container.encode(batch, forKey: .batch)
    try container.encode(microbatches, forKey: .microbatches)
    try container.encode(gradientGroups, forKey: .gradientGroups)
    try optimizer.encode(to: encoder)
    try learningRate.encode(to: encoder)
    try container.encodeIfPresent(clipNorm, forKey: .clipNorm)
    try container.encodeIfPresent(steps, forKey: .steps)
  }
}
