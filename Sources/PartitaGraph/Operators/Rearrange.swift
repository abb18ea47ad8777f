/// The same elements in row-major order under another shape.
public struct Reshape: Operator {
  public let name = "reshape"
  /// The shape of the result.
  public let shape: Shape

  public init(to shape: Shape) { self.shape = shape }

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 1)
    guard inputs[0].shape.count == shape.count else {
      throw refusal(
        "\(inputs[0].shape) has \(inputs[0].shape.count) elements, \(shape) has \(shape.count)")
    }
    return [inputs[0].with(shape: shape)]
  }

  public func gradients(of call: GradientCall, in graph: inout Graph) throws(GraphError)
    -> [ValueID?]
  {
    guard let upstream = call.upstreamOfFirst else { return [nil] }
    return [try graph.append(Reshape(to: graph.type(of: call.inputs[0]).shape), upstream)]
  }

  public func flops(inputs: [ValueType], outputs: [ValueType], samples: Int) -> Int { 0 }

  public var description: String { "reshape(\(shape))" }
}

/// The axes of each entry in another order: axis i of the result is axis `order[i]` of the operand.
public struct Transpose: Operator {
  public let name = "transpose"
  /// For each axis of the result, the operand's axis.
  public let order: [Int]

  public init(_ order: [Int]) { self.order = order }

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 1)
    let shape = inputs[0].shape
    guard order.sorted() == Array(0..<shape.rank) else {
      throw refusal("\(order) is no order of the \(shape.rank) axes of \(shape)")
    }
    return [inputs[0].with(shape: Shape(order.map { shape[$0] }))]
  }

  public func gradients(of call: GradientCall, in graph: inout Graph) throws(GraphError)
    -> [ValueID?]
  {
    guard let upstream = call.upstreamOfFirst else { return [nil] }
    var inverse = order
    for (axis, source) in order.enumerated() { inverse[source] = axis }
    return [try graph.append(Transpose(inverse), upstream)]
  }

  public func flops(inputs: [ValueType], outputs: [ValueType], samples: Int) -> Int { 0 }

  public var description: String { "transpose(\(order))" }
}

/// A range of one axis.
public struct Slice: Operator {
  public let name = "slice"
  /// The axis that is cut.
  public let axis: Int
  /// The first index kept.
  public let start: Int
  /// How many are kept.
  public let length: Int

  public init(axis: Int, start: Int, length: Int) {
    self.axis = axis
    self.start = start
    self.length = length
  }

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 1)
    var extents = inputs[0].shape.extents
    guard extents.indices.contains(axis), start >= 0, length >= 0,
      start + length <= extents[axis]
    else { throw refusal("no range \(start)..<\(start + length) on axis \(axis) of \(extents)") }
    extents[axis] = length
    return [inputs[0].with(shape: Shape(extents))]
  }

  public func gradients(of call: GradientCall, in graph: inout Graph) throws(GraphError)
    -> [ValueID?]
  {
    guard let upstream = call.upstreamOfFirst else { return [nil] }
    let extent = graph.type(of: call.inputs[0]).shape[axis]
    let pad = Pad(axis: axis, before: start, after: extent - start - length)
    return [try graph.append(pad, upstream)]
  }

  public func flops(inputs: [ValueType], outputs: [ValueType], samples: Int) -> Int { 0 }

  public var description: String { "slice(axis: \(axis), \(start)..<\(start + length))" }
}

/// Zeros before and after along one axis: the transpose of `Slice`.
public struct Pad: Operator {
  public let name = "pad"
  /// The axis that grows.
  public let axis: Int
  /// Zeros before.
  public let before: Int
  /// Zeros after.
  public let after: Int

  public init(axis: Int, before: Int, after: Int) {
    self.axis = axis
    self.before = before
    self.after = after
  }

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 1)
    var extents = inputs[0].shape.extents
    guard extents.indices.contains(axis), before >= 0, after >= 0 else {
      throw refusal("can't put \(before) and \(after) zeros on axis \(axis) of \(extents)")
    }
    extents[axis] += before + after
    return [inputs[0].with(shape: Shape(extents))]
  }

  public func gradients(of call: GradientCall, in graph: inout Graph) throws(GraphError)
    -> [ValueID?]
  {
    guard let upstream = call.upstreamOfFirst else { return [nil] }
    let length = graph.type(of: call.inputs[0]).shape[axis]
    return [try graph.append(Slice(axis: axis, start: before, length: length), upstream)]
  }

  public func flops(inputs: [ValueType], outputs: [ValueType], samples: Int) -> Int { 0 }

  public var description: String { "pad(axis: \(axis), \(before) and \(after))" }
}
