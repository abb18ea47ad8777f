internal import PartitaKeys

/// Which images of a set are taken and how their pixels are scaled: keys that sets of images share.
struct ImageSelection: Hashable, Sendable, Encodable {
  /// Train on the first so many images only; nil means all.
  let trainSamples: Int?
  /// Test on the first so many images only; nil means all.
  let testSamples: Int?
  /// Shift and scale pixels to mean 0 and variance 1 over the training images. Default: false.
  let normalize: Bool

  enum CodingKeys: String, CodingKey {
    case trainSamples = "train_samples"
    case testSamples = "test_samples"
    case normalize
  }

  static let keys = [
    KeyDescription(
      "train_samples", type: "whole number from 1", standard: "all",
      meaning: "train on the first so many images"),
    KeyDescription(
      "test_samples", type: "whole number from 1", standard: "all",
      meaning: "test on the first so many"),
    KeyDescription(
      "normalize", type: "true or false", standard: "false",
      meaning: "pixels get mean 0 and variance 1 over the training images"),
  ]

  init(reading section: ConfigSection) throws(ConfigError) {
    trainSamples = try section.value(CodingKeys.trainSamples, .integer(atLeast: 1))
    testSamples = try section.value(CodingKeys.testSamples, .integer(atLeast: 1))
    normalize = try section.value(CodingKeys.normalize, .flag) ?? false
  }
}
