/// The mean of each channel over all of its pixels: [C, H, W] in, [C] out.
public struct GlobalAveragePool: Operator {
  public let name = "global-average-pool"

  public init() {}

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 1)
    try expect(inputs[0], rank: 3, "an image [C, H, W]")
    try expect(inputs[0], .float32, "an image")
    return [inputs[0].with(shape: [inputs[0].shape[0]])]
  }

  public func gradients(of call: GradientCall, in graph: inout Graph) throws(GraphError)
    -> [ValueID?]
  {
    guard let upstream = call.upstreamOfFirst else { return [nil] }
    let shape = graph.type(of: call.inputs[0]).shape
    return [try graph.append(GlobalAveragePoolGradient(inputShape: shape), upstream)]
  }

  public func decompose(_ inputs: [ValueID], in graph: inout Graph) throws(GraphError)
    -> [ValueID]?
  { [try graph.append(Mean(axes: [1, 2]), inputs[0])] }

  public func flops(inputs: [ValueType], outputs: [ValueType], samples: Int) -> Int {
    inputs[0].count(samples: samples)
  }
}

/// Each channel's gradient spread evenly over its pixels: the transpose of `GlobalAveragePool`.
public struct GlobalAveragePoolGradient: Operator {
  public let name = "global-average-pool-gradient"
  /// The shape of the pooled image.
  public let inputShape: Shape

  public init(inputShape: Shape) { self.inputShape = inputShape }

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 1)
    let image = inputs[0].with(shape: inputShape)
    try expect(
      inputs[0], shape: try GlobalAveragePool().outputTypes(for: [image])[0].shape, "a gradient")
    return [image]
  }

  public func decompose(_ inputs: [ValueID], in graph: inout Graph) throws(GraphError)
    -> [ValueID]?
  {
    let share = try graph.append(Scale(1 / Double(inputShape[1] * inputShape[2])), inputs[0])
    return [try graph.append(Broadcast(to: inputShape, along: [1, 2]), share)]
  }
}
