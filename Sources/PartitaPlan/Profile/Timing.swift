internal import PartitaFiles

/// Seconds that something took, over repetitions: the middle and the spread.
public struct Timing: Hashable, Sendable {
  /// Half of the repetitions took less.
  public let median: Double
  /// A quarter of the repetitions took less than the first, a quarter more than the second.
  public let lowerQuartile, upperQuartile: Double
  /// The fastest and the slowest repetition.
  public let least, most: Double
  /// How many there were; 0 for a computed number.
  public let repeats: Int

  /// A number that was computed, not measured: no spread.
  public init(computed seconds: Double) {
    self.init(
      median: seconds, quartiles: (seconds, seconds), range: (seconds, seconds), repeats: 0)
  }

  /// The seconds of repetitions, in any order; quantiles are interpolated.
  ///
  /// Complexity: O(n log n).
  public init(measured seconds: [Double]) {
    guard let least = seconds.min(), let most = seconds.max() else {
      self = .zero
      return
    }
    self.init(
      median: seconds.median, quartiles: (seconds.quantile(0.25), seconds.quantile(0.75)),
      range: (least, most), repeats: seconds.count)
  }

  private init(
    median: Double, quartiles: (Double, Double), range: (Double, Double), repeats: Int
  ) {
    self.median = median
    (lowerQuartile, upperQuartile) = quartiles
    (least, most) = range
    self.repeats = repeats
  }

  /// How far the median may be off, in seconds: the notches of a box plot, an interval that holds it
  /// nineteen times in twenty where repetitions are independent (McGill, Tukey and Larsen, Variations of
  /// Box Plots, 1978).
  public var doubt: Double {
    repeats > 0 ? 1.57 * (upperQuartile - lowerQuartile) / Double(repeats).squareRoot() : 0
  }

  /// Nothing, which takes no time.
  public static let zero = Timing(computed: 0)
}

extension Timing: Codable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case median, quartiles, range, repeats
  }

  /// Reads a timing whose numbers are finite, not negative, and in order; a number alone is a
  /// computed one.
  /// - Throws: `DecodingError` with the key and what would fit.
  public init(from decoder: any Decoder) throws {
    if let single = try? decoder.singleValueContainer(),
      let seconds = try? single.decode(Double.self)
    {
      guard seconds.isFinite, seconds >= 0 else {
        throw DecodingError.dataCorruptedError(
          in: single,
          debugDescription: "found \(seconds), expected a finite number of at least 0")
      }
      self.init(computed: seconds)
      return
    }
    let container = try decoder.strictContainer(keyedBy: CodingKeys.self)
    let median = try container.amount(forKey: .median)
    let quartiles = try container.pair(forKey: .quartiles)
    let range = try container.pair(forKey: .range)
    guard range.0 <= quartiles.0, quartiles.0 <= median else {
      throw container.refusal(.median, "the least, the lower quartile and the median ascend")
    }
    guard median <= quartiles.1, quartiles.1 <= range.1 else {
      throw container.refusal(.median, "the median, the upper quartile and the most ascend")
    }
    self.init(
      median: median, quartiles: quartiles, range: range,
      repeats: try container.count(forKey: .repeats, atLeast: 1, atMost: Int(Int32.max)))
  }

  /// Writes measured seconds to a tenth of a nanosecond: no clock knows more.
  /// - Throws: what the encoder throws.
  public func encode(to encoder: any Encoder) throws {
    guard repeats > 0 else {
      var container = encoder.singleValueContainer()
      try container.encode(median)
      return
    }
    func rounded(_ seconds: Double) -> Double { (seconds * 1e10).rounded() / 1e10 }
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(rounded(median), forKey: .median)
    try container.encode([rounded(lowerQuartile), rounded(upperQuartile)], forKey: .quartiles)
    try container.encode([rounded(least), rounded(most)], forKey: .range)
    try container.encode(repeats, forKey: .repeats)
  }
}
