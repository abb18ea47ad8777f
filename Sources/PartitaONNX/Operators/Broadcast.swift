extension [[Int]] {
  /// The extents of a result that all of these are spread over, aligned at the last axis (NumPy's
  /// rule, ONNX's "multidirectional broadcasting").
  /// - Throws: `NodeProblem` where two differ and neither is 1.
  func broadcast() throws(NodeProblem) -> [Int] {
    let rank = map(\.count).max() ?? 0
    var result = [Int](repeating: 1, count: rank)
    for shape in self {
      for (place, extent) in zip((rank - shape.count)..<rank, shape) where extent != 1 {
        guard result[place] == 1 || result[place] == extent else {
          throw NodeProblem(
            "its operands \(map { TensorType(.float32, $0).description }.joined(separator: " and ")) "
              + "don't fit each other")
        }
        result[place] = extent
      }
    }
    return result
  }
}

extension [Int] {
  /// How far apart neighbours along each axis are, in elements.
  var strides: [Int] {
    var strides = Array(repeating: 1, count: count)
    for axis in indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * self[axis + 1] }
    return strides
  }

  /// The same where this is spread over a larger shape: axes of extent 1 don't move.
  func strides(over shape: [Int]) -> [Int] {
    let own = zip(self, strides).map { $0 == 1 ? 0 : $1 }
    return Array(repeating: 0, count: shape.count - count) + own
  }
}

extension ConstantTensor {
  /// The most elements that are computed one by one.
  static let mostFolded = 1 << 24

  /// Elements of this tensor under new extents: element (i, j, …) is the one at offset + i·s + j·t + ….
  func strided(_ shape: [Int], offset: Int = 0, by strides: [Int]) -> ConstantTensor {
    if case .same = storage { return with(shape: shape) }
    let numbers = numbers
    var result: [Double] = []
    result.reserveCapacity(shape.elementCount)
    forEachPlace(shape, offset: offset, by: strides) { result.append(numbers[$0]) }
    return ConstantTensor(element, shape, .numbers(result))
  }
}

/// Calls for each place of a shape in row-major order with offset + Σ index · stride.
func forEachPlace(_ shape: [Int], offset: Int, by strides: [Int], _ body: (Int) -> Void) {
  guard shape.elementCount > 0 else { return }
  var index = Array(repeating: 0, count: shape.count)
  var place = offset
  while true {
    body(place)
    var axis = shape.count - 1
    while axis >= 0 {
      index[axis] += 1
      place += strides[axis]
      if index[axis] < shape[axis] { break }
      place -= index[axis] * strides[axis]
      index[axis] = 0
      axis -= 1
    }
    if axis < 0 { return }
  }
}
