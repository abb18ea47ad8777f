/// Which axis of a sample a bias runs along.
public enum BiasAxis: String, Hashable, Sendable {
  /// The outermost axis: the channels of [C, H, W].
  case first
  /// The innermost axis: the features of [..., F].
  case last

  /// The number of entries that a bias for this shape has.
  func extent(of shape: Shape) -> Int {
    self == .first ? (shape.extents.first ?? 1) : shape.last
  }
}

/// y = x + b, one entry of b for each channel or feature.
public struct Bias: Operator {
  public let name = "bias"
  /// The axis along which b runs.
  public let axis: BiasAxis

  public init(axis: BiasAxis) { self.axis = axis }

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 2)
    try expect(inputs[1], shape: [axis.extent(of: inputs[0].shape)], "a bias")
    try expectShared(inputs[1], "a bias")
    return [inputs[0]]
  }

  public func gradients(of call: GradientCall, in graph: inout Graph) throws(GraphError)
    -> [ValueID?]
  {
    guard let upstream = call.upstreamOfFirst else { return [nil, nil] }
    return [
      upstream,
      call.needs[1] ? try graph.append(BiasGradient(axis: axis), upstream) : nil,
    ]
  }
}

/// The sum over samples and all axes but one: the gradient of a bias.
public struct BiasGradient: Operator {
  public let name = "bias-gradient"
  /// The axis that is kept.
  public let axis: BiasAxis

  public init(axis: BiasAxis) { self.axis = axis }

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 1)
    return [.shared([axis.extent(of: inputs[0].shape)])]
  }

  public func decompose(_ inputs: [ValueID], in graph: inout Graph) throws(GraphError)
    -> [ValueID]?
  {
    let type = graph.type(of: inputs[0])
    let kept = axis == .first ? 0 : max(type.shape.rank - 1, 0)
    let sum = try graph.append(Sum(axes: (0..<type.shape.rank).filter { $0 != kept }), inputs[0])
    return [type.isPerSample ? try graph.append(SampleSum(), sum) : sum]
  }

  public func flops(inputs: [ValueType], outputs: [ValueType], samples: Int) -> Int {
    inputs[0].count(samples: samples)
  }
}
