/// max(x, 0), element by element; its derivative at 0 is 0.
public struct ReLU: Operator {
  public let name = "relu"

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
    return [try graph.append(ReLUGradient(), call.outputs[0], upstream)]
  }
}

/// dy where y > 0, else 0: the gradient of `ReLU`, from its result y.
public struct ReLUGradient: Operator {
  public let name = "relu-gradient"

  public init() {}

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 2)
    try expectAlike(inputs[0], inputs[1])
    return [inputs[1]]
  }

  public func decompose(_ inputs: [ValueID], in graph: inout Graph) throws(GraphError)
    -> [ValueID]?
  {
    let positive = try graph.append(Positive(), inputs[0])
    return [try graph.append(Multiply(), inputs[1], positive)]
  }
}

/// 1 where x > 0, else 0; constant almost everywhere, so without a gradient.
public struct Positive: Operator {
  public let name = "positive"

  public init() {}

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 1)
    return [inputs[0]]
  }

  public func gradients(of call: GradientCall, in graph: inout Graph) throws(GraphError)
    -> [ValueID?]
  { [nil] }
}
