/// xᵢ - log Σ e^xⱼ along the innermost axis.
public struct LogSoftmax: Operator {
  public let name = "log-softmax"

  public init() {}

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 1)
    guard inputs[0].shape.rank >= 1 else { throw refusal("needs an axis to sum along") }
    return [inputs[0]]
  }

  public func gradients(of call: GradientCall, in graph: inout Graph) throws(GraphError)
    -> [ValueID?]
  {
    guard let upstream = call.upstreamOfFirst else { return [nil] }
    return [try graph.append(LogSoftmaxGradient(), call.outputs[0], upstream)]
  }

  public func decompose(_ inputs: [ValueID], in graph: inout Graph) throws(GraphError)
    -> [ValueID]?
  {
    let shape = graph.type(of: inputs[0]).shape
    let sum = try graph.append(LogSumExp(), inputs[0])
    let spread = try graph.append(Broadcast(to: shape, along: [shape.rank - 1]), sum)
    return [try graph.append(Add(), inputs[0], try graph.append(Scale(-1), spread))]
  }

  public func flops(inputs: [ValueType], outputs: [ValueType], samples: Int) -> Int {
    .product(12, inputs[0].count(samples: samples))
  }
}

/// dy - e^y·Σ dy along a row: the gradient of `LogSoftmax`, from its result y.
public struct LogSoftmaxGradient: Operator {
  public let name = "log-softmax-gradient"

  public init() {}

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 2)
    try expectAlike(inputs[0], inputs[1])
    guard inputs[0].shape.rank >= 1 else { throw refusal("needs an axis to sum along") }
    return [inputs[1]]
  }

  public func decompose(_ inputs: [ValueID], in graph: inout Graph) throws(GraphError)
    -> [ValueID]?
  {
    let shape = graph.type(of: inputs[0]).shape
    let sum = try graph.append(Sum(axes: [shape.rank - 1]), inputs[1])
    let spread = try graph.append(Broadcast(to: shape, along: [shape.rank - 1]), sum)
    let share = try graph.append(Multiply(), try graph.append(Exp(), inputs[0]), spread)
    return [try graph.append(Add(), inputs[1], try graph.append(Scale(-1), share))]
  }

  public func flops(inputs: [ValueType], outputs: [ValueType], samples: Int) -> Int {
    .product(13, inputs[0].count(samples: samples))
  }
}
