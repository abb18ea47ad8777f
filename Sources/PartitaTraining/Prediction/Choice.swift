internal import Foundation

/// A network's outputs for one answer, read as a choice among classes.
public struct Choice: Hashable, Sendable {
  /// The probability of each class.
  public let probabilities: [Double]
  /// The most probable class; of equal ones the first.
  public let best: Int

  /// The softmax of outputs, divided by a temperature: 1 leaves them as they are, less sharpens. In
  /// Float64, shifted by the largest output, so that nothing overflows.
  ///
  /// - Parameters:
  ///   - outputs: one for each class.
  ///   - temperature: above 0.
  public init(_ outputs: some Collection<Float>, temperature: Double = 1) {
    precondition(temperature > 0 && !outputs.isEmpty)
    let numbers = outputs.map(Double.init)
    var best = 0
    for (index, number) in numbers.enumerated() where number > numbers[best] { best = index }
    let terms = numbers.map { exp(($0 - numbers[best]) / temperature) }
    let sum = terms.reduce(0, +)
    probabilities = terms.map { $0 / sum }
    self.best = best
  }

  /// The class at which the cumulated probabilities pass `point`, from 0 to 1.
  public func drawn(at point: Double) -> Int {
    var sum = 0.0
    for (index, probability) in probabilities.enumerated() {
      sum += probability
      if point < sum { return index }
    }
    // Rounding may leave the sum a little below 1.
    return probabilities.lastIndex { $0 > 0 } ?? best
  }
}
