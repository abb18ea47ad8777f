/// The mean over a sample's elements of (o - y)², as PyTorch's `MSELoss`: n x [...] twice, n x [].
public struct SquaredError: Operator {
  public let name = "squared-error"
  public var rounding: Rounding { .loss }

  public init() {}

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 2)
    try expectSameShape(inputs[0], inputs[1])
    try expectPerSample(inputs[0], "outputs")
    try expectPerSample(inputs[1], "labels")
    return [.perSample([])]
  }

  public func gradients(of call: GradientCall, in graph: inout Graph) throws(GraphError)
    -> [ValueID?]
  {
    guard let upstream = call.upstreamOfFirst else { return [nil, nil] }
    let (o, y) = (call.inputs[0], call.inputs[1])
    return [
      call.needs[0] ? try graph.append(SquaredErrorGradient(), o, y, upstream) : nil,
      call.needs[1] ? try graph.append(SquaredErrorGradient(), y, o, upstream) : nil,
    ]
  }

  public func decompose(_ inputs: [ValueID], in graph: inout Graph) throws(GraphError)
    -> [ValueID]?
  {
    let difference = try graph.append(
      Add(), inputs[0], try graph.append(Scale(-1), inputs[1]))
    let square = try graph.append(Multiply(), difference, difference)
    return [try graph.append(Mean(axes: Array(0..<graph.type(of: square).shape.rank)), square)]
  }

  public func flops(inputs: [ValueType], outputs: [ValueType], samples: Int) -> Int {
    3 * inputs[0].count(samples: samples)
  }
}

/// 2·(o - y)·dloss / elements: the gradient of `SquaredError` with respect to its first operand.
public struct SquaredErrorGradient: Operator {
  public let name = "squared-error-gradient"
  public var rounding: Rounding { .loss }

  public init() {}

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 3)
    let loss = try SquaredError().outputTypes(for: [inputs[0], inputs[1]])[0]
    try expectAlike(loss, inputs[2])
    return [inputs[0]]
  }

  public func decompose(_ inputs: [ValueID], in graph: inout Graph) throws(GraphError)
    -> [ValueID]?
  {
    let shape = graph.type(of: inputs[0]).shape
    let difference = try graph.append(
      Add(), inputs[0], try graph.append(Scale(-1), inputs[1]))
    let spread = try graph.append(Broadcast(to: shape, along: Array(0..<shape.rank)), inputs[2])
    let mean = try graph.append(Scale(2 / Double(shape.count)), spread)
    return [try graph.append(Multiply(), difference, mean)]
  }

  public func flops(inputs: [ValueType], outputs: [ValueType], samples: Int) -> Int {
    3 * inputs[0].count(samples: samples)
  }
}
