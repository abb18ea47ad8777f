internal import PartitaGraph

/// A logarithmic axis of values, and what stands beside its marks.
struct ValueAxis: Hashable {
  /// What the numbers are.
  enum Measure: Hashable {
    /// Times.
    case seconds
    /// Multiples of the best.
    case factor
  }

  let measure: Measure
  /// From the least to the greatest value, with some room.
  let range: ClosedRange<Double>

  /// An axis on which all values lie; those that aren't above 0 don't count.
  init(_ measure: Measure, values: [Double]) {
    self.measure = measure
    let values = values.filter { $0 > 0 && $0.isFinite }
    let (least, most) = (values.min() ?? 1, values.max() ?? 1)
    // Half a tenth of the length at each end, and for one value alone a range of its own.
    let room = max(1.08, squareRoot(squareRoot(squareRoot(squareRoot(most / least)))))
    range = least / room...most * room
  }

  private init(_ measure: Measure, range: ClosedRange<Double>) {
    self.measure = measure
    self.range = range
  }

  /// The axis with another begin.
  func starting(at start: Double) -> ValueAxis {
    ValueAxis(measure, range: start...max(range.upperBound, start * 1.01))
  }

  /// The marks.
  func ticks(most: Int) -> [Double] { Ticks.decades(range, most: most) }

  /// A mark's words.
  func words(_ tick: Double) -> String {
    switch measure {
    case .seconds:
      let unit = TimeUnit(for: tick * (1 + 1e-9))
      return NumberText.short(tick / unit.seconds, 4) + " " + unit.name
    case .factor:
      return
        (tick < 1000 ? NumberText.short(tick) : NumberText.count(Int(clamping: tick.rounded())))
        + "×"
    }
  }

  /// A value's words.
  func exactly(_ value: Double) -> String {
    measure == .seconds ? NumberText.seconds(value) : NumberText.factor(value)
  }
}

private func squareRoot(_ value: Double) -> Double { value.squareRoot() }

extension NumberText {
  /// As `1.07×`.
  static func factor(_ value: Double) -> String { significant(value) + "×" }
}
