/// 1 / (1 + e^-x), element by element.
public struct Sigmoid: Operator {
  public let name = "sigmoid"

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
    return [try graph.append(SigmoidGradient(), call.outputs[0], upstream)]
  }

  public func flops(inputs: [ValueType], outputs: [ValueType], samples: Int) -> Int {
    10 * inputs[0].count(samples: samples)
  }
}

/// dy·y·(1 - y): the gradient of `Sigmoid`, from its result y.
public struct SigmoidGradient: Operator {
  public let name = "sigmoid-gradient"

  public init() {}

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 2)
    try expectAlike(inputs[0], inputs[1])
    return [inputs[1]]
  }

  public func decompose(_ inputs: [ValueID], in graph: inout Graph) throws(GraphError)
    -> [ValueID]?
  {
    let negated = try graph.append(Scale(-1), inputs[0])
    let complement = try graph.append(AddConstant(1), negated)
    let slope = try graph.append(Multiply(), inputs[0], complement)
    return [try graph.append(Multiply(), inputs[1], slope)]
  }

  public func flops(inputs: [ValueType], outputs: [ValueType], samples: Int) -> Int {
    3 * inputs[0].count(samples: samples)
  }
}
