internal import PartitaKeys

/// How samples that come as one are parted into those to train and those to test on: keys that sets
/// without a test part of their own share.
struct SampleSplit: Hashable, Sendable, Encodable {
  /// The part of the samples to test on, above 0 and below 1. Default: 0.1.
  let testFraction: Double
  /// Which samples are tested on follows from it, and not from the run's seed. Default: 0.
  let splitSeed: Int

  enum CodingKeys: String, CodingKey {
    case testFraction = "test_fraction"
    case splitSeed = "split_seed"
  }

  static let keys = [
    KeyDescription(
      "test_fraction", type: "number above 0, below 1", standard: "0.1",
      meaning: "without a test part of its own: test on so much of the samples"),
    KeyDescription(
      "split_seed", type: "whole number from 0", standard: "0",
      meaning: "which samples these are"),
  ]

  init(reading section: ConfigSection) throws(ConfigError) {
    let fraction = ConfigForm<Double>(expected: "a number above 0 and below 1") { node in
      ConfigForm.number(.rate).read(node).flatMap { $0 > 0 ? $0 : nil }
    }
    testFraction = try section.value(CodingKeys.testFraction, fraction) ?? 0.1
    splitSeed = try section.value(CodingKeys.splitSeed, .integer(atLeast: 0)) ?? 0
  }

  /// The samples to train and to test on, both in ascending order; at least one of each where there
  /// are two or more.
  ///
  /// The first of a shuffled order are tested on. It follows from the seed and the number of samples
  /// alone, so it is the same on every rank.
  func parts(of count: Int) -> (train: [Int], test: [Int]) {
    let order = EpochOrder(seed: UInt64(splitSeed)).order(epoch: 0, count: count)
    let wanted = max(1, Int((testFraction * Double(count)).rounded()))
    let border = max(0, min(wanted, count - 1))
    return (order[border...].sorted(), order[..<border].sorted())
  }
}
