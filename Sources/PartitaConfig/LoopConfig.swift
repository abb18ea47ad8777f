public import PartitaGraph
package import PartitaKeys
public import PartitaPlan

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
  /// In which order the microbatches of a group are folded. It fixes the bits of a run, too.
  /// Default: ascending.
  public let gradientOrder: GradientOrder
  /// In which element type is multiplied, kept and sent. It fixes the bits of a run, too. Default:
  /// float32.
  public let precision: Precision
  /// How gradients become new weights, and the largest norm over all of them (`clip_norm`).
  public let optimizer: Optimizer
  /// The learning rate of each step.
  public let learningRate: LearningRateConfig
  /// The most steps, whatever the epochs say; nil means no limit.
  public let steps: Int?
  /// Seconds after which the run stops by itself, with a checkpoint; nil means never.
  public let stopAfterSeconds: Double?
  /// What epochs are judged by, beside the test set; nil for nothing.
  public let validation: ValidationConfig?
  /// Epochs without a better loss over the validation samples after which the run ends; nil for any
  /// number.
  public let patience: Int?

  enum CodingKeys: String, CodingKey {
    case epochs
    case batch
    case microbatches
    case gradientGroups = "gradient_groups"
    case gradientOrder = "gradient_order"
    case precision
    case clipNorm = "clip_norm"
    case steps
    case stopAfter = "stop_after"
    case validation
    case patience
    case optimizer
  }

  init(_ section: ConfigSection, optimizers: OptimizerCatalogue) throws(ConfigError) {
    let rule = try section.value(CodingKeys.optimizer, optimizers.form) ?? SGD.self
    let shape = try LearningRateConfig.shape(in: section)
    try section.allow(
      Self.keys.keyNames + rule.keys.keyNames + LearningRateConfig.keys(of: shape),
      with: "optimizer: \(rule.name), schedule: \(shape.rawValue)")

    epochs = try section.value(CodingKeys.epochs, .integer(atLeast: 1)) ?? 10
    batch = try section.value(CodingKeys.batch, .integer(atLeast: 1)) ?? 64
    microbatches =
      try section.value(
        CodingKeys.microbatches, .integer(atLeast: 1, atMost: Self.mostMicrobatches)) ?? 1
    gradientGroups = try Self.gradientGroups(in: section, microbatches: microbatches)
    gradientOrder = try section.value(CodingKeys.gradientOrder, .choice()) ?? .ascending
    precision = try section.value(CodingKeys.precision, .choice()) ?? .float32
    let update = try rule.init(section)
    learningRate = try LearningRateConfig(shape, section, base: rule.usualLearningRate)
    optimizer = Optimizer(
      of: update, clipNorm: try section.value(CodingKeys.clipNorm, .number(.positive)))
    steps = try section.value(CodingKeys.steps, .integer(atLeast: 1))
    stopAfterSeconds = try section.value(CodingKeys.stopAfter, .duration)
    validation = try section.value(CodingKeys.validation, .validation)
    patience = try section.value(CodingKeys.patience, .integer(atLeast: 1))
    if patience != nil, validation == nil {
      throw section.conflict(
        CodingKeys.patience, "patience needs samples to judge by: give training.validation")
    }
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
  /// - Throws: what the encoder throws.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(epochs, forKey: .epochs)
    try container.encode(batch, forKey: .batch)
    try container.encode(microbatches, forKey: .microbatches)
    try container.encode(gradientGroups, forKey: .gradientGroups)
    try container.encode(gradientOrder, forKey: .gradientOrder)
    if precision != .float32 { try container.encode(precision, forKey: .precision) }
    try container.encode(optimizer.name, forKey: .optimizer)
    try optimizer.rule.encode(to: encoder)
    try learningRate.encode(to: encoder)
    try container.encodeIfPresent(optimizer.clipNorm, forKey: .clipNorm)
    try container.encodeIfPresent(steps, forKey: .steps)
    try container.encodeIfPresent(
      stopAfterSeconds.map { ConfigForm<Double>.durationText($0) }, forKey: .stopAfter)
    try container.encodeIfPresent(validation, forKey: .validation)
    try container.encodeIfPresent(patience, forKey: .patience)
  }
}

extension LoopConfig {
  /// Each microbatch is an action of every stage, whatever its samples.
  private static let mostMicrobatches = 1 << 16

  /// The keys of every run, before those of its optimizer and of its learning rate's schedule.
  package static let keys = [
    KeyDescription(
      "epochs", type: "whole number from 1", standard: "10",
      meaning: "passes over the training data"),
    KeyDescription(
      "batch", type: "whole number from 1", standard: "64",
      meaning: "samples of a step, over all ranks"),
    KeyDescription(
      "microbatches", type: "whole number from 1 to \(mostMicrobatches)", standard: "1",
      meaning: "slices of a batch, over all ranks"),
    KeyDescription(
      "gradient_groups", type: "power of two, at most `microbatches`",
      standard: "the largest of 4, 2, 1 that fits",
      meaning: "fixes the order of sums; the most replicas of a stage"),
    KeyDescription(
      "gradient_order", oneOf: GradientOrder.self, standard: "`ascending`",
      meaning: "in which order a group's microbatches are added; fixes the order of sums, too"),
    KeyDescription(
      "precision", oneOf: Precision.self, standard: "`float32`",
      meaning: "of products' factors, and of what is kept for backward and passes between layers; "
        + "fixes the bits of a run, too"),
    KeyDescription(
      "clip_norm", type: "number above 0", standard: "no limit",
      meaning: "gradients are scaled down to this norm over all of them"),
    KeyDescription(
      "steps", type: "whole number from 1", standard: "no limit",
      meaning: "the most steps, whatever the epochs say; `--steps` sets it"),
    KeyDescription(
      "stop_after", type: "length of time, as `55min`, `90s`, `2h`", standard: "no limit",
      meaning: "then the run stops by itself, with a checkpoint and exit code 75"),
    KeyDescription(
      "validation", type: "number above 0 and below 1, or `test`", standard: "none",
      meaning: "what epochs are judged by: the last share of the training samples, which aren't "
        + "trained on, or the test set"),
    KeyDescription(
      "patience", type: "whole number from 1", standard: "no limit",
      meaning: "the run ends after so many epochs without a better validation loss"),
    KeyDescription(
      "optimizer", type: "see below", standard: "`sgd`", meaning: "the rule of the update"),
  ]
}
