internal import Foundation
package import PartitaKeys

/// The learning rate as a function of the step: `learning_rate`, `schedule` and their companions.
public struct LearningRateConfig: Hashable, Sendable {
  /// How the rate goes on once warm-up has ended.
  public enum Shape: Hashable, Sendable {
    /// It stays.
    case constant
    /// It is multiplied by `factor` after every `every` steps (`decay_steps`, `decay_factor`,
    /// which defaults to 0.1).
    case step(every: Int, factor: Double)
    /// It falls along half a cosine to `final` (`final_learning_rate`, default 0) at the last step.
    case cosine(final: Double)
  }

  /// The rate after warm-up. Default: what the optimizer usually takes.
  public let base: Double
  /// Steps over which the rate rises from 0 to `base` in a line. Default: 0.
  public let warmupSteps: Int
  /// What comes then. Default: constant.
  public let shape: Shape

  package enum Kind: String, CaseIterable {
    case constant
    case step
    case cosine
  }

  enum CodingKeys: String, CodingKey {
    case learningRate = "learning_rate"
    case schedule
    case warmupSteps = "warmup_steps"
    case decaySteps = "decay_steps"
    case decayFactor = "decay_factor"
    case finalLearningRate = "final_learning_rate"
  }

  static func shape(in section: ConfigSection) throws(ConfigError) -> Kind {
    try section.value(CodingKeys.schedule, .choice()) ?? .constant
  }

  static func keys(of kind: Kind) -> [String] {
    commonKeys.keyNames + kind.keys.keyNames
  }

  init(_ kind: Kind, _ section: ConfigSection, base: Double) throws(ConfigError) {
    self.base = try section.value(CodingKeys.learningRate, .number(.positive)) ?? base
    warmupSteps = try section.value(CodingKeys.warmupSteps, .integer(atLeast: 0)) ?? 0
    shape =
      switch kind {
      case .constant: .constant
      case .step:
        .step(
          every: try section.require(CodingKeys.decaySteps, .integer(atLeast: 1)),
          factor: try section.value(CodingKeys.decayFactor, .number(.positive)) ?? 0.1)
      case .cosine:
        .cosine(
          final: try section.value(CodingKeys.finalLearningRate, .number(.notNegative)) ?? 0)
      }
  }

  /// The rate of `step`, counted from 1, in a run of `steps` steps.
  ///
  /// Warm-up step w has the rate base·w / `warmupSteps`; decay counts from the step after.
  public func rate(atStep step: Int, of steps: Int) -> Double {
    if step <= warmupSteps { return base * Double(step) / Double(warmupSteps) }
    let done = step - warmupSteps - 1
    switch shape {
    case .constant:
      return base
    case .step(let every, let factor):
      return base * pow(factor, Double(done / every))
    case .cosine(let final):
      let fraction = min(1, Double(done) / Double(max(1, steps - warmupSteps - 1)))
      return final + (base - final) * 0.5 * (1 + cos(.pi * fraction))
    }
  }
}

extension LearningRateConfig: Encodable {
  /// Writes the keys that a configuration is read from.
  /// - Throws: what the encoder throws.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(base, forKey: .learningRate)
    try container.encode(warmupSteps, forKey: .warmupSteps)
    switch shape {
    case .constant:
      try container.encode(Kind.constant.rawValue, forKey: .schedule)
    case .step(let every, let factor):
      try container.encode(Kind.step.rawValue, forKey: .schedule)
      try container.encode(every, forKey: .decaySteps)
      try container.encode(factor, forKey: .decayFactor)
    case .cosine(let final):
      try container.encode(Kind.cosine.rawValue, forKey: .schedule)
      try container.encode(final, forKey: .finalLearningRate)
    }
  }
}

extension LearningRateConfig {
  /// The keys of every schedule.
  package static let commonKeys = [
    KeyDescription(
      "learning_rate", type: "number above 0", standard: "the optimizer's, see there",
      meaning: "the rate after warm-up"),
    KeyDescription(
      "schedule", type: "see below", standard: "`constant`", meaning: "what comes then"),
    KeyDescription(
      "warmup_steps", type: "whole number from 0", standard: "0",
      meaning: "step w of them has the rate learning_rate · w / warmup_steps"),
  ]
}

extension LearningRateConfig.Kind {
  /// What the rate does.
  package var summary: String {
    switch self {
    case .constant: "the rate stays"
    case .step: "it falls by a factor every so many steps"
    case .cosine: "it falls along half a cosine"
    }
  }

  /// The keys of this schedule alone.
  package var keys: [KeyDescription] {
    switch self {
    case .constant: []
    case .step:
      [
        KeyDescription(
          "decay_steps", type: "whole number from 1", standard: nil,
          meaning: "the steps between two decays"),
        KeyDescription(
          "decay_factor", type: "number above 0", standard: "0.1",
          meaning: "what the rate is multiplied by"),
      ]
    case .cosine:
      [
        KeyDescription(
          "final_learning_rate", type: "number from 0", standard: "0",
          meaning: "the rate of the last step")
      ]
    }
  }
}
