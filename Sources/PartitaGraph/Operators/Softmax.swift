/// e^xᵢ / Σ e^xⱼ along the innermost axis; *causal* lets row i see columns 0...i only.
public struct Softmax: Operator {
  public let name = "softmax"
  /// Whether row i sees columns 0...i only, and the others become 0.
  public let isCausal: Bool

  public init(isCausal: Bool = false) { self.isCausal = isCausal }

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 1)
    guard inputs[0].shape.rank >= 1 else { throw refusal("needs an axis to sum along") }
    if isCausal, inputs[0].shape.rank < 2 { throw refusal("needs rows and columns") }
    return [inputs[0]]
  }

  public func gradients(of call: GradientCall, in graph: inout Graph) throws(GraphError)
    -> [ValueID?]
  {
    guard let upstream = call.upstreamOfFirst else { return [nil] }
    return [try graph.append(SoftmaxGradient(), call.outputs[0], upstream)]
  }

  public func flops(inputs: [ValueType], outputs: [ValueType], samples: Int) -> Int {
    10 * inputs[0].count(samples: samples)
  }

  public var description: String { isCausal ? "softmax(causal)" : name }
}

/// y·(dy - Σ dy·y) along a row: the gradient of `Softmax`, from its result y; columns that aren't
/// seen have y = 0 and get 0.
public struct SoftmaxGradient: Operator {
  public let name = "softmax-gradient"

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
    let (y, upstream) = (inputs[0], inputs[1])
    let shape = graph.type(of: y).shape
    let weighted = try graph.append(Multiply(), upstream, y)
    let mean = try graph.append(Sum(axes: [shape.rank - 1]), weighted)
    let spread = try graph.append(Broadcast(to: shape, along: [shape.rank - 1]), mean)
    let centred = try graph.append(Add(), upstream, try graph.append(Scale(-1), spread))
    return [try graph.append(Multiply(), y, centred)]
  }

  public func flops(inputs: [ValueType], outputs: [ValueType], samples: Int) -> Int {
    .product(4, inputs[0].count(samples: samples))
  }
}

/// log Σ e^xⱼ along the innermost axis, which vanishes; *causal* as in `Softmax`.
public struct LogSumExp: Operator {
  public let name = "log-sum-exp"
  /// Whether row i sees columns 0...i only.
  public let isCausal: Bool

  public init(isCausal: Bool = false) { self.isCausal = isCausal }

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 1)
    guard inputs[0].shape.rank >= 1 else { throw refusal("needs an axis to sum along") }
    if isCausal, inputs[0].shape.rank < 2 { throw refusal("needs rows and columns") }
    return [inputs[0].with(shape: Shape(inputs[0].shape.extents.dropLast()))]
  }

  public func gradients(of call: GradientCall, in graph: inout Graph) throws(GraphError)
    -> [ValueID?]
  {
    guard let upstream = call.upstreamOfFirst else { return [nil] }
    let shape = graph.type(of: call.inputs[0]).shape
    let spread = try graph.append(Broadcast(to: shape, along: [shape.rank - 1]), upstream)
    let softmax = try graph.append(Softmax(isCausal: isCausal), call.inputs[0])
    return [try graph.append(Multiply(), spread, softmax)]
  }

  public var description: String { isCausal ? "log-sum-exp(causal)" : name }
}

/// What softmax divides by, as two numbers of each row: the largest x, and Σ e^(xⱼ - largest) over the
/// others; *causal* as in `Softmax`.
///
/// They are caches, without a gradient of their own: softmax itself doesn't depend on its shift. Apart
/// they keep their digits, however large x is, and small sums of others keep theirs.
public struct SoftmaxSums: Operator {
  public let name = "softmax-sums"
  /// Whether row i sees columns 0...i only.
  public let isCausal: Bool

  public init(isCausal: Bool = false) { self.isCausal = isCausal }

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 1)
    guard inputs[0].shape.rank >= 1 else { throw refusal("needs an axis to sum along") }
    if isCausal, inputs[0].shape.rank < 2 { throw refusal("needs rows and columns") }
    let rows = inputs[0].with(shape: Shape(inputs[0].shape.extents.dropLast()))
    return [rows, rows]
  }

  public func gradients(of call: GradientCall, in graph: inout Graph) throws(GraphError)
    -> [ValueID?]
  { [nil] }

  public var description: String { isCausal ? "softmax-sums(causal)" : name }
}

/// 1 in the column that an index names, 0 elsewhere: indices [...] become [..., classes].
public struct OneHot: Operator {
  public let name = "one-hot"
  /// The number of columns.
  public let classes: Int

  public init(classes: Int) { self.classes = classes }

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 1)
    try expect(inputs[0], .int32, "indices")
    return [ValueType(Shape(inputs[0].shape.extents + [classes]), .float32, inputs[0].batching)]
  }

  public func gradients(of call: GradientCall, in graph: inout Graph) throws(GraphError)
    -> [ValueID?]
  { [nil] }
}
