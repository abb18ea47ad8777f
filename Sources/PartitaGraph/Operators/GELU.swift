/// x·Φ(x) with the normal distribution function Φ by erf (Hendrycks and Gimpel,
/// arXiv 1606.08415; PyTorch's default).
public struct GELU: Operator {
  public let name = "gelu"

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
    return [try graph.append(GELUGradient(), call.inputs[0], upstream)]
  }

  public func decompose(_ inputs: [ValueID], in graph: inout Graph) throws(GraphError)
    -> [ValueID]?
  { [try graph.append(Multiply(), inputs[0], try graph.normalDistribution(of: inputs[0]))] }

  public func flops(inputs: [ValueType], outputs: [ValueType], samples: Int) -> Int {
    20 * inputs[0].count(samples: samples)
  }
}

/// dy·(Φ(x) + x·φ(x)): the gradient of `GELU`, from its operand x.
public struct GELUGradient: Operator {
  public let name = "gelu-gradient"

  public init() {}

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 2)
    try expectAlike(inputs[0], inputs[1])
    return [inputs[1]]
  }

  public func decompose(_ inputs: [ValueID], in graph: inout Graph) throws(GraphError)
    -> [ValueID]?
  {
    let x = inputs[0]
    let square = try graph.append(Multiply(), x, x)
    let bell = try graph.append(Exp(), try graph.append(Scale(-0.5), square))
    let density = try graph.append(Scale(1 / (2 * Double.pi).squareRoot()), bell)
    let tail = try graph.append(Multiply(), x, density)
    let slope = try graph.append(Add(), try graph.normalDistribution(of: x), tail)
    return [try graph.append(Multiply(), inputs[1], slope)]
  }

  public func flops(inputs: [ValueType], outputs: [ValueType], samples: Int) -> Int {
    30 * inputs[0].count(samples: samples)
  }
}

extension Graph {
  /// Φ(x) = (1 + erf(x / √2)) / 2.
  mutating func normalDistribution(of x: ValueID) throws(GraphError) -> ValueID {
    let erf = try append(Erf(), try append(Scale(0.5.squareRoot()), x))
    return try append(Scale(0.5), try append(AddConstant(1), erf))
  }
}
