extension [Double] {
  /// The value that a share of all values stays below, interpolated between neighbours (Hyndman and
  /// Fan 1996, definition 7); not a number where there is no value.
  ///
  /// Complexity: O(n log n).
  package func quantile(_ share: Double) -> Double {
    let sorted = sorted()
    guard let last = sorted.indices.last else { return .nan }
    let place = share * Double(last)
    let below = Int(place)
    let above = Swift.min(below + 1, last)
    return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
  }

  /// The middle value, or halfway between the two in the middle; not a number where there is none.
  package var median: Double { quantile(0.5) }
}

extension Collection {
  /// The element in the middle, the lower one of two: a median for what has no mean, as steps and
  /// plans; nil where there is none. Of equal elements the earlier counts as the lower.
  ///
  /// Complexity: O(n log n).
  package func lowerMedian(by value: (Element) -> Double) -> Element? {
    guard !isEmpty else { return nil }
    let order = enumerated().map { (value: value($0.element), place: $0.offset, $0.element) }
    return order.sorted { ($0.value, $0.place) < ($1.value, $1.place) }[(count - 1) / 2].2
  }
}
