internal import PartitaGraph
public import PartitaReference

/// An array of numbers as equations see it: a batch's samples are an axis like any other.
public struct Numbers: Sendable {
  /// The extent of each axis; none for a scalar.
  public let extents: [Int]
  /// The elements in row-major order.
  public let elements: [Double]

  /// An array.
  init(_ extents: [Int], _ elements: [Double]) {
    self.extents = extents
    self.elements = elements
  }

  /// A value of a graph; of one example alone the axis of samples falls away.
  public init(_ tensor: Tensor, isBatch: Bool) {
    let samples = isBatch ? tensor.samples.map { [$0] } ?? [] : []
    self.init(samples + tensor.shape.extents, tensor.elements)
  }

  /// Each element by itself.
  func map(_ function: (Double) -> Double) -> Numbers {
    Numbers(extents, elements.map(function))
  }

  /// Element by element, with NumPy's broadcasting; nil where shapes don't fit.
  func combined(_ other: Numbers, _ function: (Double, Double) -> Double) -> Numbers? {
    guard let shape = Shape(extents).broadcast(with: Shape(other.extents)) else { return nil }
    let (mine, its) = (shape.strides(in: Shape(extents)), shape.strides(in: Shape(other.extents)))
    let own = shape.strides
    let result = (0..<shape.count).map { index in
      var (rest, left, right) = (index, 0, 0)
      for axis in 0..<shape.rank {
        let place = rest / own[axis]
        rest %= own[axis]
        left += place * mine[axis]
        right += place * its[axis]
      }
      return function(elements[left], other.elements[right])
    }
    return Numbers(shape.extents, result)
  }

  /// The last two axes exchanged; a column becomes a row.
  var transposed: Numbers {
    guard extents.count >= 2 else { return Numbers([1] + extents, elements) }
    let (rows, columns) = (extents[extents.count - 2], extents[extents.count - 1])
    var result: [Double] = []
    result.reserveCapacity(elements.count)
    for start in stride(from: 0, to: elements.count, by: max(rows * columns, 1)) {
      for column in 0..<columns {
        for row in 0..<rows { result.append(elements[start + row * columns + column]) }
      }
    }
    return Numbers(extents.dropLast(2) + [columns, rows], result)
  }

  /// The matrix product over the last two axes; what has one axis is a column.
  func product(_ other: Numbers) -> Numbers? {
    let left = extents.count == 1 ? extents + [1] : extents
    let right = other.extents.count == 1 ? other.extents + [1] : other.extents
    guard left.count >= 2, right.count >= 2, left[left.count - 1] == right[right.count - 2]
    else { return nil }
    let (outer, others) = (Array(left.dropLast(2)), Array(right.dropLast(2)))
    guard outer == others || others.isEmpty || outer.isEmpty else { return nil }
    let (m, k, n) = (left[left.count - 2], left[left.count - 1], right[right.count - 1])
    let shape = outer.isEmpty ? others : outer
    var result: [Double] = []
    for entry in 0..<shape.reduce(1, *) {
      let (a, b) = (outer.isEmpty ? 0 : entry * m * k, others.isEmpty ? 0 : entry * k * n)
      for row in 0..<m {
        for column in 0..<n {
          var sum = 0.0
          for inner in 0..<k {
            sum += elements[a + row * k + inner] * other.elements[b + inner * n + column]
          }
          result.append(sum)
        }
      }
    }
    return Numbers(shape + (other.extents.count == 1 ? [m] : [m, n]), result)
  }

  /// The sum over some axes, which disappear.
  func total(over axes: [Int]) -> Numbers {
    let kept = extents.indices.filter { !axes.contains($0) }
    let shape = Shape(kept.map { extents[$0] })
    let own = Shape(extents).strides
    let strides = shape.strides
    var sums = Array(repeating: 0.0, count: shape.count)
    for (index, element) in elements.enumerated() {
      var place = 0
      for (new, axis) in kept.enumerated() {
        place += index / own[axis] % extents[axis] * strides[new]
      }
      sums[place] += element
    }
    return Numbers(shape.extents, sums)
  }
}
