internal import PartitaKeys

/// What is made of arrays: keys that sets of arrays share.
struct ArraySelection: Hashable, Sendable, Encodable {
  /// Whether inputs are token numbers. Default: false.
  let tokens: Bool
  /// What inputs are divided by. Default: 1.
  let scale: Double
  /// Shift and scale inputs to mean 0 and variance 1 over the training samples. Default: false.
  let normalize: Bool
  /// Train on the first so many samples only; nil means all.
  let trainSamples: Int?
  /// Test on the first so many samples only; nil means all.
  let testSamples: Int?

  enum CodingKeys: String, CodingKey {
    case tokens
    case scale
    case normalize
    case trainSamples = "train_samples"
    case testSamples = "test_samples"
  }

  static let keys = [
    KeyDescription(
      "tokens", type: "true or false", standard: "false",
      meaning: "whether inputs are token numbers, not real values"),
    KeyDescription(
      "scale", type: "number above 0", standard: "1", meaning: "inputs are divided by it"),
    KeyDescription(
      "normalize", type: "true or false", standard: "false",
      meaning: "inputs get mean 0 and variance 1 over all numbers of the training samples"),
    KeyDescription(
      "train_samples", type: "whole number from 1", standard: "all",
      meaning: "train on the first so many samples"),
    KeyDescription(
      "test_samples", type: "whole number from 1", standard: "all",
      meaning: "test on the first so many"),
  ]

  init(reading section: ConfigSection) throws(ConfigError) {
    tokens = try section.value(CodingKeys.tokens, .flag) ?? false
    scale = try section.value(CodingKeys.scale, .number(.positive)) ?? 1
    normalize = try section.value(CodingKeys.normalize, .flag) ?? false
    trainSamples = try section.value(CodingKeys.trainSamples, .integer(atLeast: 1))
    testSamples = try section.value(CodingKeys.testSamples, .integer(atLeast: 1))
    guard !tokens || scale == 1 && !normalize else {
      throw section.conflict(
        normalize ? CodingKeys.normalize : .scale,
        "tokens are numbers of words; nothing scales them")
    }
  }

  /// The samples of new files.
  /// - Throws: `DataError`, for tokens too: nothing checks that the network knows them.
  func newSamples(
    _ paths: [String], _ notes: [String: String], set: String
  ) throws(DataError) -> NewSamples {
    guard !tokens else { throw .noNewSamples(set: "tokens of \(set)") }
    return try NewSamples(arraysOf: paths, notes: notes)
  }
}
