internal import PartitaKeys

/// What synthetic data looks like.
public struct SyntheticDataConfig: Hashable, Sendable {
  /// What a sample's input is made of.
  public enum Input: Hashable, Sendable {
    /// Normal numbers of this per-sample shape (`shape: [1, 28, 28]`, or `features: 784`).
    case values(shape: [Int])
    /// So many token numbers below `classes` (`context: 128`); each has a label of its own.
    case tokens(context: Int)
  }

  /// The samples to train on.
  public let samples: Int
  /// The samples to test on. Default: as many as to train on.
  public let testSamples: Int
  /// A sample's input.
  public let input: Input
  /// The number of classes that labels are drawn from; of tokens, the vocabulary too.
  public let classes: Int

  enum CodingKeys: String, CodingKey, CaseIterable {
    case samples
    case testSamples = "test_samples"
    case features
    case shape
    case context
    case classes
  }

  init(_ section: ConfigSection, context: Int?) throws(ConfigError) {
    samples = try section.require(CodingKeys.samples, .integer(atLeast: 1))
    testSamples = try section.value(CodingKeys.testSamples, .integer(atLeast: 1)) ?? samples
    classes = try section.require(CodingKeys.classes, .integer(atLeast: 1))
    let features = try section.value(CodingKeys.features, .integer(atLeast: 1))
    let shape = try section.value(
      CodingKeys.shape, .list(of: .integer(atLeast: 1), atLeast: 1))
    switch (features, shape, section.has(CodingKeys.context)) {
    case (let features?, nil, false): input = .values(shape: [features])
    case (nil, let shape?, false): input = .values(shape: shape)
    case (nil, nil, _):
      guard let context else {
        throw section.missing(
          CodingKeys.features, expected: "a whole number; or give shape, or context for tokens")
      }
      input = .tokens(context: context)
    default:
      throw section.conflict(
        features == nil ? CodingKeys.shape : .features,
        "an input has one of features, shape and context; remove the others")
    }
  }
}

extension SyntheticDataConfig: Encodable {
  /// Writes the keys that a configuration is read from.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(samples, forKey: .samples)
    try container.encode(testSamples, forKey: .testSamples)
    switch input {
    case .values(let shape): try container.encode(shape, forKey: .shape)
    case .tokens(let context): try container.encode(context, forKey: .context)
    }
    try container.encode(classes, forKey: .classes)
  }
}
