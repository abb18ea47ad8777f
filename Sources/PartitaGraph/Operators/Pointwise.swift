/// A function of one element whose slope is worked out from that element; its slope at a kink is
/// that of the flatter side.
public enum PointwiseFunction: Hashable, Sendable {
  /// x where x > 0, else slope·x (Maas, Hannun and Ng 2013).
  case leakyReLU(slope: Double)
  /// x where x > 0, else α·(e^x - 1) (Clevert, Unterthiner and Hochreiter, arXiv 1511.07289).
  case elu(alpha: Double)
  /// α·x + β, cut off at 0 and 1.
  case hardSigmoid(alpha: Double, beta: Double)
  /// x·hardSigmoid(x) with α = 1/6, β = 1/2 (Howard et al., arXiv 1905.02244).
  case hardSwish
  /// x / (1 + e^-x) (Elfwing, Uchibe and Doya, arXiv 1702.03118).
  case silu
  /// x, cut off at two numbers, either of which may be infinite.
  case clip(minimum: Double, maximum: Double)
  /// log(1 + e^x).
  case softplus

  /// The function's name in print and, where it has none of its own, as a kind of layer.
  public var name: String {
    switch self {
    case .leakyReLU: "leaky-relu"
    case .elu: "elu"
    case .hardSigmoid: "hard-sigmoid"
    case .hardSwish: "hard-swish"
    case .silu: "silu"
    case .clip: "clip"
    case .softplus: "softplus"
    }
  }

  /// The numbers that belong to the function, in the order of its case.
  public var constants: [Double] {
    switch self {
    case .leakyReLU(let slope): [slope]
    case .elu(let alpha): [alpha]
    case .hardSigmoid(let alpha, let beta): [alpha, beta]
    case .clip(let minimum, let maximum): [minimum, maximum]
    case .hardSwish, .silu, .softplus: []
    }
  }

  /// Appends the function's slope at x.
  func slope(at x: ValueID, in graph: inout Graph) throws(GraphError) -> ValueID {
    switch self {
    case .leakyReLU(let slope):
      let steeper = try graph.append(Scale(1 - slope), try graph.append(Positive(), x))
      return try graph.append(AddConstant(slope), steeper)
    case .elu(let alpha):
      let isPositive = try graph.append(Positive(), x)
      let isNegative = try graph.append(AddConstant(1), try graph.append(Scale(-1), isPositive))
      let below = try graph.append(ReLU(), try graph.append(Scale(-1), x))
      let decay = try graph.append(Exp(), try graph.append(Scale(-1), below))
      let tail = try graph.append(
        Multiply(), isNegative, try graph.append(Scale(alpha), decay))
      return try graph.append(Add(), isPositive, tail)
    case .hardSigmoid(let alpha, let beta):
      let line = try graph.append(AddConstant(beta), try graph.append(Scale(alpha), x))
      return try graph.append(Scale(alpha), try graph.isBetween(line, 0, 1))
    case .hardSwish:
      let sigmoid = PointwiseFunction.hardSigmoid(alpha: 1.0 / 6, beta: 0.5)
      let bend = try graph.append(Multiply(), x, try sigmoid.slope(at: x, in: &graph))
      return try graph.append(Add(), try graph.append(Pointwise(sigmoid), x), bend)
    case .silu:
      let sigmoid = try graph.append(Sigmoid(), x)
      let complement = try graph.append(AddConstant(1), try graph.append(Scale(-1), sigmoid))
      let spread = try graph.append(Multiply(), sigmoid, complement)
      return try graph.append(Add(), sigmoid, try graph.append(Multiply(), x, spread))
    case .clip(let minimum, let maximum):
      return try graph.isBetween(x, minimum, maximum)
    case .softplus:
      return try graph.append(Sigmoid(), x)
    }
  }
}

extension Graph {
  /// 1 where low < x < high, else 0.
  fileprivate mutating func isBetween(_ x: ValueID, _ low: Double, _ high: Double)
    throws(GraphError) -> ValueID
  {
    let above = try append(Positive(), try append(AddConstant(-low), x))
    let below = try append(Positive(), try append(AddConstant(high), try append(Scale(-1), x)))
    return try append(Multiply(), above, below)
  }
}

/// A `PointwiseFunction` of each element.
public struct Pointwise: Operator {
  public var name: String { function.name }
  /// The function.
  public let function: PointwiseFunction

  public init(_ function: PointwiseFunction) { self.function = function }

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 1)
    try expect(inputs[0], .float32, "an operand")
    return [inputs[0]]
  }

  public func gradients(of call: GradientCall, in graph: inout Graph) throws(GraphError)
    -> [ValueID?]
  {
    guard let upstream = call.upstreamOfFirst else { return [nil] }
    return [try graph.append(PointwiseGradient(function), call.inputs[0], upstream)]
  }

  public func flops(inputs: [ValueType], outputs: [ValueType], samples: Int) -> Int {
    .product(function.flops, inputs[0].count(samples: samples))
  }

  public var description: String { function.constants.isEmpty ? name : "\(name)(\(words))" }

  private var words: String { function.constants.map { "\($0)" }.joined(separator: ", ") }
}

/// dy·f'(x): the gradient of `Pointwise`, from its operand x.
public struct PointwiseGradient: Operator {
  public var name: String { "\(function.name)-gradient" }
  /// The function.
  public let function: PointwiseFunction

  public init(_ function: PointwiseFunction) { self.function = function }

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 2)
    try expectAlike(inputs[0], inputs[1])
    return [inputs[1]]
  }

  public func decompose(_ inputs: [ValueID], in graph: inout Graph) throws(GraphError)
    -> [ValueID]?
  { [try graph.append(Multiply(), inputs[1], try function.slope(at: inputs[0], in: &graph))] }

  public func flops(inputs: [ValueType], outputs: [ValueType], samples: Int) -> Int {
    .product(function.flops + 2, inputs[0].count(samples: samples))
  }
}

extension PointwiseFunction {
  /// Operations for an element, an exponential counted as ten.
  fileprivate var flops: Int {
    switch self {
    case .leakyReLU, .clip: 2
    case .hardSigmoid: 4
    case .hardSwish: 5
    case .elu, .silu: 11
    case .softplus: 20
    }
  }
}
