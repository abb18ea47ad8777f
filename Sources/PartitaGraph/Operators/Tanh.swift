/// tanh x, element by element.
public struct Tanh: Operator {
  public let name = "tanh"

  public init() {}

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 1)
    try expect(inputs[0], .float32, "an operand")
    return [inputs[0]]
  }

  public func gradients(of call: GradientCall, in graph: inout Graph) throws(GraphError)
    -> [ValueID?]
  {
    guard let upstream = call.upstreamOfFirst else { return [nil] }
    return [try graph.append(TanhGradient(), call.outputs[0], upstream)]
  }

  public func flops(inputs: [ValueType], outputs: [ValueType], samples: Int) -> Int {
    10 * inputs[0].count(samples: samples)
  }
}

/// dy·(1 - y²): the gradient of `Tanh`, from its result y.
public struct TanhGradient: Operator {
  public let name = "tanh-gradient"

  public init() {}

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 2)
    try expectAlike(inputs[0], inputs[1])
    return [inputs[1]]
  }

  public func decompose(_ inputs: [ValueID], in graph: inout Graph) throws(GraphError)
    -> [ValueID]?
  {
    let square = try graph.append(Multiply(), inputs[0], inputs[0])
    let negated = try graph.append(Scale(-1), square)
    let slope = try graph.append(AddConstant(1), negated)
    return [try graph.append(Multiply(), inputs[1], slope)]
  }

  public func flops(inputs: [ValueType], outputs: [ValueType], samples: Int) -> Int {
    3 * inputs[0].count(samples: samples)
  }
}
