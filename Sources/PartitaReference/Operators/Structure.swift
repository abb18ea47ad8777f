internal import PartitaGraph

/// Operators that move elements: each element of the result comes from one place of the operand.
protocol RearrangingReference: ReferenceOperator {
  /// The operand's place for a place of the result, both as indices along the axes; nil for a zero.
  func source(of place: [Int], in operand: Shape) -> [Int]?
}

extension RearrangingReference {
  func evaluate(_ call: ReferenceCall) -> [Tensor] {
    let x = call.inputs[0]
    var result = call.zeros()
    for place in 0..<result.shape.count {
      guard let source = source(of: result.shape.indices(of: place), in: x.shape)
      else { continue }
      let offset = x.shape.offset(of: source)
      for sample in 0..<call.entries {
        result.elements[result.start(ofSample: sample) + place] =
          x.elements[x.start(ofSample: sample) + offset]
      }
    }
    return [result]
  }
}

extension Shape {
  /// The index along each axis of the element at an offset.
  func indices(of offset: Int) -> [Int] {
    zip(strides, extents).map { stride, extent in offset / stride % extent }
  }

  /// The offset of the element with this index along each axis.
  func offset(of indices: [Int]) -> Int { zip(indices, strides).reduce(0) { $0 + $1.0 * $1.1 } }
}

extension Transpose: RearrangingReference {
  func source(of place: [Int], in operand: Shape) -> [Int]? {
    var source = place
    for (axis, from) in order.enumerated() { source[from] = place[axis] }
    return source
  }
}

extension Slice: RearrangingReference {
  func source(of place: [Int], in operand: Shape) -> [Int]? {
    var source = place
    source[axis] += start
    return source
  }
}

extension Pad: RearrangingReference {
  func source(of place: [Int], in operand: Shape) -> [Int]? {
    var source = place
    source[axis] -= before
    return (0..<operand[axis]).contains(source[axis]) ? source : nil
  }
}

extension Broadcast: RearrangingReference {
  func source(of place: [Int], in operand: Shape) -> [Int]? {
    place.enumerated().filter { !axes.contains($0.offset) }.map(\.element)
  }
}

extension Reshape: ReferenceOperator {
  func evaluate(_ call: ReferenceCall) -> [Tensor] { [call.inputs[0].with(shape: shape)] }
}

extension SampleBroadcast: ReferenceOperator {
  func evaluate(_ call: ReferenceCall) -> [Tensor] {
    let elements = (0..<call.samples).flatMap { _ in call.inputs[0].elements }
    return [Tensor(call.types[0].shape, samples: call.samples, elements)]
  }
}

extension Constant: ReferenceOperator {
  func evaluate(_ call: ReferenceCall) -> [Tensor] {
    [Tensor(repeating: value, call.types[0], samples: call.samples)]
  }
}
