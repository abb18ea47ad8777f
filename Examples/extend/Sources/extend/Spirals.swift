import Foundation
import PartitaData
import PartitaGraph
import PartitaKeys

// How do I add a data set?
//
// One type describes its keys, reads and checks them, says what the samples look like, and loads
// them. `encode`, which the compiler writes here, gives the keys back for the run's config.yaml.

/// Points of the plane on two spirals, one inside the other; the class is the spiral.
struct Spirals: DataSource {
  static let name = "spirals"
  static let summary = "points on two spirals, one inside the other"
  static let keys = [
    KeyDescription(
      "samples", type: "whole number from 1", standard: nil, meaning: "points to train on"),
    KeyDescription(
      "test_samples", type: "whole number from 1", standard: nil, meaning: "points to test on"),
    KeyDescription(
      "turns", type: "number above 0", standard: "1", meaning: "how often a spiral goes round"),
    KeyDescription(
      "noise", type: "number from 0", standard: "0",
      meaning: "the deviation of points from their spiral, whose radius is 1"),
  ]

  private let samples, testSamples: Int
  private let turns, noise: Double

  private enum CodingKeys: String, CodingKey {
    case samples
    case testSamples = "test_samples"
    case turns
    case noise
  }

  init(reading section: ConfigSection, context: Int?) throws(ConfigError) {
    samples = try section.require(CodingKeys.samples, .integer(atLeast: 1))
    testSamples = try section.require(CodingKeys.testSamples, .integer(atLeast: 1))
    turns = try section.value(CodingKeys.turns, .number(.positive)) ?? 1
    noise = try section.value(CodingKeys.noise, .number(.notNegative)) ?? 0
  }

  var isTokens: Bool { false }

  func load(loss: LossKind, seed: UInt64) throws(DataError) -> Dataset {
    Dataset(
      input: SampleType(shape: [2], element: .float32), labels: [], classes: 2, loss: loss,
      train: points(samples, RandomStream(seed: seed, name: "spirals to train on")),
      test: points(testSamples, RandomStream(seed: seed, name: "spirals to test on")))
  }

  /// Draws points. Every rank draws for itself and must get the same: numbers come from a stream
  /// that is addressed by sample, and from nowhere else.
  private func points(_ count: Int, _ stream: RandomStream) -> Points {
    var coordinates: [SIMD2<Float>] = []
    var classes: [Int32] = []
    for sample in 0..<count {
      let key = UInt64(sample)
      let spiral = sample % 2
      let radius = Double(stream.uniform(0, sample: key)).squareRoot()
      let angle = 2 * Double.pi * (turns * radius + Double(spiral) / 2)
      let deviation = SIMD2(
        Double(stream.normal(4, sample: key)), Double(stream.normal(5, sample: key)))
      let point = radius * SIMD2(cos(angle), sin(angle)) + noise * deviation
      coordinates.append(SIMD2<Float>(point))
      classes.append(Int32(spiral))
    }
    return Points(coordinates: coordinates, classes: classes)
  }
}
