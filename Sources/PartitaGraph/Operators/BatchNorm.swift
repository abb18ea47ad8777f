/// γ·(x - mean) / √(variance + ε) + β, with the mean and the variance of each channel over the
/// samples and the pixels of *one microbatch* (Ioffe and Szegedy, arXiv 1502.03167, algorithm 1).
///
/// x: n x [C, ...]; γ, β: [C]; results: y, and the means and the variances (over N values, not
/// N - 1), auxiliaries that gradients and running values reuse. These are n x [C], the same in the
/// entry of each sample: so they are stashed, sent and made again as all that is per-sample.
public struct BatchNorm: Operator {
  public let name = "batch-norm"
  public var rounding: Rounding { Rounding(keptResults: [1, 2]) }
  /// What keeps the deviation from zero.
  public let epsilon: Double

  public init(epsilon: Double = 1e-5) { self.epsilon = epsilon }

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 3)
    try expectPerSample(inputs[0], "an operand")
    let channels = try channels(inputs[0])
    try expectOfChannels(inputs[1], channels, "a scale")
    try expectOfChannels(inputs[2], channels, "a shift")
    return [inputs[0], .perSample(channels), .perSample(channels)]
  }

  public func gradients(of call: GradientCall, in graph: inout Graph) throws(GraphError)
    -> [ValueID?]
  {
    guard let upstream = call.upstreamOfFirst else { return [nil, nil, nil] }
    let (x, scale) = (call.inputs[0], call.inputs[1])
    let (mean, variance) = (call.outputs[1], call.outputs[2])
    var gradients: [ValueID?] = [nil, nil, nil]
    if call.needs[0] {
      gradients[0] = try graph.append(
        BatchNormInputGradient(epsilon: epsilon), x, scale, mean, variance, upstream)
    }
    if call.needs[1] {
      gradients[1] = try graph.append(
        BatchNormScaleGradient(epsilon: epsilon), x, mean, variance, upstream)
    }
    if call.needs[2] {
      let isFlat = graph.type(of: x).shape.rank == 1
      gradients[2] = try graph.append(BiasGradient(axis: isFlat ? .last : .first), upstream)
    }
    return gradients
  }

  public func decompose(_ inputs: [ValueID], in graph: inout Graph) throws(GraphError)
    -> [ValueID]?
  {
    let channels = try graph.standardisedChannels(inputs[0], epsilon: epsilon)
    let scale = try graph.append(channels.spread, inputs[1])
    let scaled = try graph.append(Multiply(), channels.result, scale)
    return [
      try graph.append(Bias(axis: .first), scaled, inputs[2]), channels.mean, channels.variance,
    ]
  }

  public func flops(inputs: [ValueType], outputs: [ValueType], samples: Int) -> Int {
    8 * inputs[0].count(samples: samples)
  }
}

/// The gradient of `BatchNorm` with respect to x, which goes through mean and variance too;
/// operands x, γ, mean, variance, dy.
public struct BatchNormInputGradient: Operator {
  public let name = "batch-norm-input-gradient"
  /// What keeps the deviation from zero.
  public let epsilon: Double

  public init(epsilon: Double) { self.epsilon = epsilon }

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 5)
    let forward = try BatchNorm().outputTypes(for: [inputs[0], inputs[1], inputs[1]])
    try expectAlike(forward[1], inputs[2])
    try expectAlike(forward[2], inputs[3])
    try expectAlike(forward[0], inputs[4])
    return [inputs[0]]
  }

  /// dx = r·(g - mean(g) - x̂·mean(g·x̂)) with g = dy·γ, all from x itself.
  public func decompose(_ inputs: [ValueID], in graph: inout Graph) throws(GraphError)
    -> [ValueID]?
  {
    let channels = try graph.standardisedChannels(inputs[0], epsilon: epsilon)
    let scale = try graph.append(channels.spread, inputs[1])
    let g = try graph.append(Multiply(), inputs[4], scale)
    let mean = try graph.append(channels.spread, try graph.meansOfChannels(g))
    let product = try graph.append(Multiply(), g, channels.result)
    let slope = try graph.append(channels.spread, try graph.meansOfChannels(product))
    let along = try graph.append(Multiply(), channels.result, slope)
    let removed = try graph.append(Scale(-1), try graph.append(Add(), mean, along))
    let spread = try graph.append(channels.spread, channels.deviation)
    return [try graph.append(Multiply(), spread, try graph.append(Add(), g, removed))]
  }

  public func flops(inputs: [ValueType], outputs: [ValueType], samples: Int) -> Int {
    12 * inputs[0].count(samples: samples)
  }
}

/// Σ dy·x̂ over samples and pixels, the gradient of `BatchNorm` with respect to γ; operands x, mean,
/// variance, dy.
public struct BatchNormScaleGradient: Operator {
  public let name = "batch-norm-scale-gradient"
  /// What keeps the deviation from zero.
  public let epsilon: Double

  public init(epsilon: Double) { self.epsilon = epsilon }

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 4)
    try expectPerSample(inputs[0], "an operand")
    let channels = try channels(inputs[0])
    try expectAlike(.perSample(channels), inputs[1])
    try expectAlike(.perSample(channels), inputs[2])
    try expectAlike(inputs[0], inputs[3])
    return [.shared(channels)]
  }

  public func decompose(_ inputs: [ValueID], in graph: inout Graph) throws(GraphError)
    -> [ValueID]?
  {
    let channels = try graph.standardisedChannels(inputs[0], epsilon: epsilon)
    let product = try graph.append(Multiply(), inputs[3], channels.result)
    return [try graph.append(BiasGradient(axis: .first), product)]
  }

  public func flops(inputs: [ValueType], outputs: [ValueType], samples: Int) -> Int {
    4 * inputs[0].count(samples: samples)
  }
}

/// What `BatchNorm` computes of a trained network: γ·(x - mean) / √(variance + ε) + β with a mean and
/// a variance that are given, so each sample by itself.
///
/// x: n x [C, ...]; γ, β, mean, variance: [C].
public struct BatchNormPrediction: Operator {
  public let name = "batch-norm-prediction"
  /// What keeps the deviation from zero.
  public let epsilon: Double

  public init(epsilon: Double) { self.epsilon = epsilon }

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 5)
    let channels = try channels(inputs[0])
    for (input, what) in zip(inputs.dropFirst(), ["a scale", "a shift", "a mean", "a variance"]) {
      try expectOfChannels(input, channels, what)
    }
    return [inputs[0]]
  }

  public func decompose(_ inputs: [ValueID], in graph: inout Graph) throws(GraphError)
    -> [ValueID]?
  {
    let spread = Broadcast.channels(to: graph.type(of: inputs[0]).shape)
    let deviation = try graph.deviation(ofVariance: inputs[4], epsilon: epsilon)
    let factor = try graph.append(Multiply(), inputs[1], deviation)
    let negative = try graph.append(Scale(-1), inputs[3])
    let centred = try graph.append(Bias(axis: .first), inputs[0], negative)
    let scaled = try graph.append(Multiply(), centred, try graph.append(spread, factor))
    return [try graph.append(Bias(axis: .first), scaled, inputs[2])]
  }

  public func flops(inputs: [ValueType], outputs: [ValueType], samples: Int) -> Int {
    2 * inputs[0].count(samples: samples)
  }
}

extension Operator {
  /// The shape [C] of what there is once for each channel of n x [C, ...].
  fileprivate func channels(_ input: ValueType) throws(GraphError) -> Shape {
    try expect(input, .float32, "an operand")
    guard let channels = input.shape.extents.first else {
      throw refusal("needs an axis of channels")
    }
    return [channels]
  }

  fileprivate func expectOfChannels(
    _ input: ValueType, _ channels: Shape, _ what: String
  ) throws(GraphError) {
    try expect(input, shape: channels, what)
    try expect(input, .float32, what)
    try expectShared(input, what)
  }
}

extension Broadcast {
  /// An entry for each channel repeated along all other axes of [C, ...].
  fileprivate static func channels(to shape: Shape) -> Broadcast {
    Broadcast(to: shape, along: Array(1..<shape.rank))
  }
}

/// A microbatch whose channels have mean 0 and variance 1, and what made it so.
private struct StandardisedChannels {
  /// x̂ = (x - mean)·r, n x [C, ...].
  let result: ValueID
  /// The microbatch's own, n x [C].
  let mean, variance: ValueID
  /// r = 1 / √(variance + ε), n x [C].
  let deviation: ValueID
  /// From [C] to [C, ...].
  let spread: Broadcast
}

extension Graph {
  /// The mean of each channel over samples and pixels, n x [C].
  fileprivate mutating func meansOfChannels(_ x: ValueID) throws(GraphError) -> ValueID {
    let pixels = Array(1..<type(of: x).shape.rank)
    return try append(SampleMean(), try append(Mean(axes: pixels), x))
  }

  fileprivate mutating func deviation(
    ofVariance variance: ValueID, epsilon: Double
  ) throws(GraphError) -> ValueID {
    try append(
      Reciprocal(), try append(SquareRoot(), try append(AddConstant(epsilon), variance)))
  }

  fileprivate mutating func standardisedChannels(
    _ x: ValueID, epsilon: Double
  ) throws(GraphError) -> StandardisedChannels {
    let spread = Broadcast.channels(to: type(of: x).shape)
    let mean = try meansOfChannels(x)
    let centred = try append(Add(), x, try append(Scale(-1), try append(spread, mean)))
    let variance = try meansOfChannels(try append(Multiply(), centred, centred))
    let deviation = try deviation(ofVariance: variance, epsilon: epsilon)
    return StandardisedChannels(
      result: try append(Multiply(), centred, try append(spread, deviation)), mean: mean,
      variance: variance, deviation: deviation, spread: spread)
  }
}
