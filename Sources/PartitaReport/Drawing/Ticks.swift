internal import Foundation

/// Where an axis has its marks.
package enum Ticks {
  /// Multiples of 1, 2, 2.5 or 5 times a power of ten within a range; about `count` of them.
  package static func linear(_ range: ClosedRange<Double>, count: Int) -> [Double] {
    let length = range.upperBound - range.lowerBound
    guard length > 0, length.isFinite, count > 0 else { return [range.lowerBound] }
    let rough = length / Double(count)
    let power = pow(10, floor(log10(rough)))
    let step = [1, 2, 2.5, 5, 10].map { $0 * power }.first { $0 >= rough * 0.999 } ?? 10 * power
    let (first, last) = (
      (range.lowerBound / step - 1e-9).rounded(.up), (range.upperBound / step + 1e-9).rounded(.down)
    )
    return stride(from: first, through: last, by: 1).map { $0 * step }
  }

  /// Ones, twos and fives of the powers of ten within a range, fewer of them where there are more
  /// than `most`; in a range too small for those, evenly spaced ones.
  static func decades(_ range: ClosedRange<Double>, most: Int) -> [Double] {
    let powers = Int(floor(log10(range.lowerBound)))...Int(ceil(log10(range.upperBound)))
    for digits in [[1.0, 2, 5], [1, 3], [1]] {
      let ticks = powers.flatMap { power in digits.map { $0 * pow(10, Double(power)) } }
        .filter { range.contains($0) }
      if ticks.count < 2 { return linear(range, count: 4) }
      if ticks.count <= most { return ticks }
    }
    let step = (powers.count - 1) / max(most, 1) + 1
    return powers.filter { $0.isMultiple(of: step) }.map { pow(10, Double($0)) }
      .filter { range.contains($0) }
  }

  /// The powers of two within a range, every n-th where there are more than `most`.
  package static func powers(_ range: ClosedRange<Double>, most: Int) -> [Double] {
    let first = Int(log2(range.lowerBound).rounded(.up))
    let last = Int(log2(range.upperBound).rounded(.down))
    guard first <= last else { return [range.lowerBound] }
    let step = (last - first) / max(most, 1) + 1
    return stride(from: first, through: last, by: step).map { pow(2, Double($0)) }
  }
}

/// A line from values to places on paper.
struct Scale {
  let range: ClosedRange<Double>
  let places: (from: Double, to: Double)
  let isLogarithmic: Bool

  init(_ range: ClosedRange<Double>, from: Double, to: Double, isLogarithmic: Bool = false) {
    self.range = range
    places = (from, to)
    self.isLogarithmic = isLogarithmic
  }

  /// The place of a value.
  func callAsFunction(_ value: Double) -> Double {
    func measure(_ value: Double) -> Double { isLogarithmic ? log2(value) : value }
    let (low, high) = (measure(range.lowerBound), measure(range.upperBound))
    guard high > low else { return (places.from + places.to) / 2 }
    return places.from + (measure(value) - low) / (high - low) * (places.to - places.from)
  }
}
