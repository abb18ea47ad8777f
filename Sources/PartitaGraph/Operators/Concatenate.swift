/// Two or more operands one after the other along an axis of each entry.
///
/// All other axes agree. A shared operand is there for every sample where another has entries for
/// each.
public struct Concatenate: Operator {
  public let name = "concat"
  /// The axis that grows.
  public let axis: Int

  public init(axis: Int) { self.axis = axis }

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    guard inputs.count >= 2 else { throw refusal("takes two or more operands") }
    var extents = inputs[0].shape.extents
    guard extents.indices.contains(axis) else {
      throw refusal("there is no axis \(axis) of \(inputs[0].shape)")
    }
    for input in inputs.dropFirst() {
      var other = input.shape.extents
      if other.indices.contains(axis) { other[axis] = extents[axis] }
      guard other == extents else {
        throw refusal(
          "takes operands of one shape but for axis \(axis), not \(inputs[0].shape) and "
            + "\(input.shape)")
      }
      try expect(input, inputs[0].element, "operands")
    }
    extents[axis] = inputs.reduce(0) { .sum($0, $1.shape[axis]) }
    return [ValueType(Shape(extents), inputs[0].element, batching(inputs))]
  }

  public func gradients(of call: GradientCall, in graph: inout Graph) throws(GraphError)
    -> [ValueID?]
  {
    guard let upstream = call.upstreamOfFirst else { return call.needs.map { _ in nil } }
    var gradients: [ValueID?] = []
    var start = 0
    for (input, needed) in zip(call.inputs, call.needs) {
      let slice = Slice(axis: axis, start: start, length: graph.type(of: input).shape[axis])
      gradients.append(
        needed ? try graph.reduced(try graph.append(slice, upstream), like: input) : nil)
      start += slice.length
    }
    return gradients
  }

  public func decompose(_ inputs: [ValueID], in graph: inout Graph) throws(GraphError)
    -> [ValueID]?
  {
    let lengths = inputs.map { graph.type(of: $0).shape[axis] }
    let total = lengths.reduce(0, +)
    var (sum, start) = (ValueID?.none, 0)
    for (input, length) in zip(inputs, lengths) {
      let padded = try graph.append(
        Pad(axis: axis, before: start, after: total - start - length), input)
      if let before = sum { sum = try graph.append(Add(), before, padded) } else { sum = padded }
      start += length
    }
    return sum.map { [$0] }
  }

  public func flops(inputs: [ValueType], outputs: [ValueType], samples: Int) -> Int { 0 }

  public var description: String { "concat(axis: \(axis))" }
}
