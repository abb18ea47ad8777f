/// γ·(x - mean) / √(variance + ε) + β along the innermost axis (Ba, Kiros and Hinton,
/// arXiv 1607.06450).
///
/// x: n x [..., F]; γ, β: [F]; results: y, and the mean and the reciprocal deviation of each row,
/// auxiliaries that the gradients reuse.
public struct LayerNorm: Operator {
  public let name = "layer-norm"
  public var rounding: Rounding { Rounding(keptResults: [1, 2]) }
  /// What keeps the deviation from zero.
  public let epsilon: Double

  public init(epsilon: Double = 1e-5) { self.epsilon = epsilon }

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 3)
    guard inputs[0].shape.rank >= 1 else { throw refusal("needs an axis to normalise") }
    try expect(inputs[1], shape: [inputs[0].shape.last], "a scale")
    try expect(inputs[2], shape: [inputs[0].shape.last], "a shift")
    try expect(inputs[0], .float32, "an operand")
    try expectShared(inputs[1], "a scale")
    try expectShared(inputs[2], "a shift")
    let rows = inputs[0].with(shape: Shape(inputs[0].shape.extents.dropLast()))
    return [inputs[0], rows, rows]
  }

  public func gradients(of call: GradientCall, in graph: inout Graph) throws(GraphError)
    -> [ValueID?]
  {
    guard let upstream = call.upstreamOfFirst else { return [nil, nil, nil] }
    let (x, scale) = (call.inputs[0], call.inputs[1])
    let (mean, deviation) = (call.outputs[1], call.outputs[2])
    var gradients: [ValueID?] = [nil, nil, nil]
    if call.needs[0] {
      gradients[0] = try graph.append(
        LayerNormInputGradient(epsilon: epsilon), x, scale, mean, deviation, upstream)
    }
    if call.needs[1] {
      gradients[1] = try graph.append(
        LayerNormScaleGradient(epsilon: epsilon), x, mean, deviation, upstream)
    }
    if call.needs[2] { gradients[2] = try graph.append(BiasGradient(axis: .last), upstream) }
    return gradients
  }

  public func decompose(_ inputs: [ValueID], in graph: inout Graph) throws(GraphError)
    -> [ValueID]?
  {
    let rows = try graph.standardised(inputs[0], epsilon: epsilon)
    let shape = graph.type(of: inputs[0]).shape
    let others = Array(0..<shape.rank - 1)
    let scale = try graph.append(Broadcast(to: shape, along: others), inputs[1])
    let scaled = try graph.append(Multiply(), rows.result, scale)
    return [
      try graph.append(Bias(axis: .last), scaled, inputs[2]), rows.mean, rows.deviation,
    ]
  }

  public func flops(inputs: [ValueType], outputs: [ValueType], samples: Int) -> Int {
    8 * inputs[0].count(samples: samples)
  }
}

/// The gradient of `LayerNorm` with respect to x; operands x, γ, mean, reciprocal deviation, dy.
public struct LayerNormInputGradient: Operator {
  public let name = "layer-norm-input-gradient"
  /// What keeps the deviation from zero.
  public let epsilon: Double

  public init(epsilon: Double) { self.epsilon = epsilon }

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 5)
    let forward = try LayerNorm().outputTypes(for: [inputs[0], inputs[1], inputs[1]])
    try expectAlike(forward[1], inputs[2])
    try expectAlike(forward[2], inputs[3])
    try expectAlike(forward[0], inputs[4])
    return [inputs[0]]
  }

  /// dx = r·(g - mean(g) - x̂·mean(g·x̂)) with g = dy·γ, all from x itself.
  public func decompose(_ inputs: [ValueID], in graph: inout Graph) throws(GraphError)
    -> [ValueID]?
  {
    let shape = graph.type(of: inputs[0]).shape
    let last = [shape.rank - 1]
    let rows = try graph.standardised(inputs[0], epsilon: epsilon)
    let scale = try graph.append(
      Broadcast(to: shape, along: Array(0..<shape.rank - 1)), inputs[1])
    let g = try graph.append(Multiply(), inputs[4], scale)
    let mean = try graph.append(
      Broadcast(to: shape, along: last), try graph.append(Mean(axes: last), g))
    let product = try graph.append(Multiply(), g, rows.result)
    let slope = try graph.append(
      Broadcast(to: shape, along: last), try graph.append(Mean(axes: last), product))
    let along = try graph.append(Multiply(), rows.result, slope)
    let removed = try graph.append(Scale(-1), try graph.append(Add(), mean, along))
    let spread = try graph.append(Broadcast(to: shape, along: last), rows.deviation)
    return [try graph.append(Multiply(), spread, try graph.append(Add(), g, removed))]
  }

  public func flops(inputs: [ValueType], outputs: [ValueType], samples: Int) -> Int {
    12 * inputs[0].count(samples: samples)
  }
}

/// Σ dy·x̂ over rows and samples, the gradient of `LayerNorm` with respect to γ; operands x, mean,
/// reciprocal deviation, dy.
public struct LayerNormScaleGradient: Operator {
  public let name = "layer-norm-scale-gradient"
  /// What keeps the deviation from zero.
  public let epsilon: Double

  public init(epsilon: Double) { self.epsilon = epsilon }

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 4)
    guard inputs[0].shape.rank >= 1 else { throw refusal("needs an axis to normalise") }
    try expectAlike(inputs[1], inputs[2])
    try expectAlike(inputs[0], inputs[3])
    return [.shared([inputs[0].shape.last])]
  }

  public func decompose(_ inputs: [ValueID], in graph: inout Graph) throws(GraphError)
    -> [ValueID]?
  {
    let rows = try graph.standardised(inputs[0], epsilon: epsilon)
    let product = try graph.append(Multiply(), inputs[3], rows.result)
    return [try graph.append(BiasGradient(axis: .last), product)]
  }

  public func flops(inputs: [ValueType], outputs: [ValueType], samples: Int) -> Int {
    4 * inputs[0].count(samples: samples)
  }
}

extension Graph {
  /// x̂ = (x - mean)·r along the innermost axis, with r = 1 / √(variance + ε).
  mutating func standardised(_ x: ValueID, epsilon: Double) throws(GraphError)
    -> (result: ValueID, mean: ValueID, deviation: ValueID)
  {
    let shape = type(of: x).shape
    let last = [shape.rank - 1]
    let mean = try append(Mean(axes: last), x)
    let spread = try append(Broadcast(to: shape, along: last), mean)
    let centred = try append(Add(), x, try append(Scale(-1), spread))
    let variance = try append(Mean(axes: last), try append(Multiply(), centred, centred))
    let deviation = try append(
      Reciprocal(), try append(SquareRoot(), try append(AddConstant(epsilon), variance)))
    let factor = try append(Broadcast(to: shape, along: last), deviation)
    return (try append(Multiply(), centred, factor), mean, deviation)
  }
}
