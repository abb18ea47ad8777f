/// Numbers in a shape, row-major: what a model's values are to ``ModelInterpreter``.
package struct NumberArray: Equatable, Sendable {
  /// The extents.
  package let shape: [Int]
  /// The numbers, row-major.
  package let elements: [Double]

  /// These numbers in this shape.
  package init(_ shape: [Int], _ elements: [Double]) {
    precondition(
      shape.reduce(1, *) == elements.count, "\(elements.count) elements don't fill \(shape)")
    self.shape = shape
    self.elements = elements
  }

  var rank: Int { shape.count }

  /// The elements as whole numbers.
  var integers: [Int] { elements.map { Int($0) } }

  /// For each axis the distance of neighbours.
  static func strides(_ shape: [Int]) -> [Int] {
    var strides = Array(repeating: 1, count: shape.count)
    for axis in shape.indices.dropLast().reversed() {
      strides[axis] = strides[axis + 1] * shape[axis + 1]
    }
    return strides
  }

  /// Calls `body` with all places of a shape, in row-major order.
  static func forEachPlace(in shape: [Int], _ body: ([Int]) -> Void) {
    guard !shape.contains(0) else { return }
    var place = Array(repeating: 0, count: shape.count)
    while true {
      body(place)
      var axis = shape.count - 1
      while axis >= 0 {
        place[axis] += 1
        if place[axis] < shape[axis] { break }
        place[axis] = 0
        axis -= 1
      }
      if axis < 0 { return }
    }
  }

  /// An array whose element at each place comes of that place.
  static func made(_ shape: [Int], _ element: ([Int]) -> Double) -> NumberArray {
    var elements: [Double] = []
    forEachPlace(in: shape) { elements.append(element($0)) }
    return NumberArray(shape, elements)
  }

  /// The element at a place; missing axes at the front and extents of 1 are the same everywhere.
  package subscript(place: [Int]) -> Double {
    let strides = Self.strides(shape)
    let own = place.suffix(rank)
    return elements[
      zip(zip(own, shape), strides).reduce(0) { $0 + ($1.0.1 == 1 ? 0 : $1.0.0 * $1.1) }]
  }

  /// The shape in which both have their elements, by NumPy's rule.
  static func common(_ one: [Int], _ other: [Int]) -> [Int] {
    let rank = max(one.count, other.count)
    func padded(_ shape: [Int]) -> [Int] {
      Array(repeating: 1, count: rank - shape.count) + shape
    }
    return zip(padded(one), padded(other)).map { a, b in
      precondition(a == b || a == 1 || b == 1, "\(one) and \(other) don't fit")
      return a == 1 ? b : a
    }
  }

  func map(_ function: (Double) -> Double) -> NumberArray {
    NumberArray(shape, elements.map(function))
  }

  /// Element by element, spread by NumPy's rule.
  func with(_ other: NumberArray, _ function: (Double, Double) -> Double) -> NumberArray {
    Self.made(Self.common(shape, other.shape)) { function(self[$0], other[$0]) }
  }

  func reshaped(_ shape: [Int]) -> NumberArray { NumberArray(shape, elements) }

  func transposed(_ order: [Int]) -> NumberArray {
    Self.made(order.map { shape[$0] }) { place in
      var source = place
      for (axis, from) in order.enumerated() { source[from] = place[axis] }
      return self[source]
    }
  }

  /// The product of matrices in the last two axes.
  func times(_ other: NumberArray) -> NumberArray {
    let inner = shape[rank - 1]
    precondition(inner == other.shape[other.rank - 2], "\(shape) and \(other.shape) don't fit")
    let outer = Self.common(shape.dropLast(2), other.shape.dropLast(2))
    return Self.made(outer + [shape[rank - 2], other.shape[other.rank - 1]]) { place in
      let (front, row, column) = (place.dropLast(2), place[place.count - 2], place[place.count - 1])
      return (0..<inner).reduce(0.0) {
        $0 + self[front + [row, $1]] * other[front + [$1, column]]
      }
    }
  }

  /// `function` of all elements along some axes, which stay with an extent of 1 or go.
  func reduced(_ axes: [Int], keeps: Bool, _ function: ([Double]) -> Double) -> NumberArray {
    let axes = Set(axes.map { $0 < 0 ? $0 + rank : $0 })
    let inner = shape.enumerated().map { axes.contains($0.offset) ? $0.element : 1 }
    let kept = shape.enumerated().map { axes.contains($0.offset) ? 1 : $0.element }
    let result = Self.made(kept) { place in
      var found: [Double] = []
      Self.forEachPlace(in: inner) { found.append(self[zip(place, $0).map(+)]) }
      return function(found)
    }
    guard !keeps else { return result }
    return result.reshaped(kept.enumerated().filter { !axes.contains($0.offset) }.map(\.element))
  }
}
