/// y = x·Wᵀ (+ b): each row of a sample through one weight matrix.
///
/// x: n x [..., in]; W: [out, in] as in PyTorch; b: [out]; y: n x [..., out].
/// Linear, its input gradient and its weight gradient are the three faces of one trilinear form,
/// so each one's gradients are the other two: the family is closed under differentiation.
public struct Linear: Operator {
  public let name = "linear"
  public var rounding: Rounding { .product }

  public init() {}

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    guard inputs.count == 2 || inputs.count == 3 else {
      throw refusal("takes an input, a weight and perhaps a bias")
    }
    try expectFactor(inputs[0], "inputs")
    try expectFactor(inputs[1], "a weight")
    try expect(inputs[1], rank: 2, "a weight [out, in]")
    try expectShared(inputs[1], "a weight")
    guard inputs[0].shape.rank >= 1, inputs[0].shape.last == inputs[1].shape[1] else {
      throw refusal(
        "a weight \(inputs[1].shape) needs inputs with \(inputs[1].shape[1]) features, "
          + "not \(inputs[0].shape)")
    }
    if inputs.count == 3 {
      try expect(inputs[2], shape: [inputs[1].shape[0]], "a bias")
      try expectShared(inputs[2], "a bias")
    }
    return [
      inputs[0].product(Shape(inputs[0].shape.extents.dropLast() + [inputs[1].shape[0]]))
    ]
  }

  public func gradients(of call: GradientCall, in graph: inout Graph) throws(GraphError)
    -> [ValueID?]
  {
    guard let upstream = call.upstreamOfFirst else { return call.needs.map { _ in nil } }
    let (x, w) = (call.inputs[0], call.inputs[1])
    var gradients: [ValueID?] = Array(repeating: nil, count: call.inputs.count)
    if call.needs[0] { gradients[0] = try graph.append(LinearInputGradient(), upstream, w) }
    if call.needs[1] { gradients[1] = try graph.append(LinearWeightGradient(), upstream, x) }
    if call.inputs.count == 3, call.needs[2] {
      gradients[2] = try graph.append(BiasGradient(axis: .last), upstream)
    }
    return gradients
  }

  public func flops(inputs: [ValueType], outputs: [ValueType], samples: Int) -> Int {
    .product(2, inputs[0].count(samples: samples), inputs[1].shape[0])
  }
}

/// dx = dy·W, the gradient of `Linear` with respect to its input.
public struct LinearInputGradient: Operator {
  public let name = "linear-input-gradient"
  public var rounding: Rounding { .product }

  public init() {}

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 2)
    try expect(inputs[1], rank: 2, "a weight [out, in]")
    try expectShared(inputs[1], "a weight")
    guard inputs[0].shape.rank >= 1, inputs[0].shape.last == inputs[1].shape[0] else {
      throw refusal("a weight \(inputs[1].shape) doesn't fit gradients \(inputs[0].shape)")
    }
    return [
      inputs[0].product(Shape(inputs[0].shape.extents.dropLast() + [inputs[1].shape[1]]))
    ]
  }

  public func gradients(of call: GradientCall, in graph: inout Graph) throws(GraphError)
    -> [ValueID?]
  {
    guard let upstream = call.upstreamOfFirst else { return [nil, nil] }
    let (dy, w) = (call.inputs[0], call.inputs[1])
    return [
      call.needs[0] ? try graph.append(Linear(), upstream, w) : nil,
      call.needs[1] ? try graph.append(LinearWeightGradient(), dy, upstream) : nil,
    ]
  }

  public func flops(inputs: [ValueType], outputs: [ValueType], samples: Int) -> Int {
    .product(2, inputs[0].count(samples: samples), inputs[1].shape[1])
  }
}

/// dW = dyᵀ·x summed over rows and samples, the gradient of `Linear` with respect to its weight.
public struct LinearWeightGradient: Operator {
  public let name = "linear-weight-gradient"
  public var rounding: Rounding { .product }

  public init() {}

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 2)
    guard inputs[0].shape.rows == inputs[1].shape.rows, inputs[0].batching == inputs[1].batching
    else { throw refusal("needs as many rows on both sides, not \(inputs[0]) and \(inputs[1])") }
    return [.shared([inputs[0].shape.last, inputs[1].shape.last])]
  }

  public func gradients(of call: GradientCall, in graph: inout Graph) throws(GraphError)
    -> [ValueID?]
  {
    guard let upstream = call.upstreamOfFirst else { return [nil, nil] }
    let (dy, x) = (call.inputs[0], call.inputs[1])
    return [
      call.needs[0] ? try graph.append(Linear(), x, upstream) : nil,
      call.needs[1] ? try graph.append(LinearInputGradient(), dy, upstream) : nil,
    ]
  }

  public func flops(inputs: [ValueType], outputs: [ValueType], samples: Int) -> Int {
    .product(2, inputs[0].count(samples: samples), inputs[1].shape.last)
  }
}
