/// The cross-entropy of softmax(o) against class indices, a mean over the positions of a sample.
///
/// o: n x [..., classes]; label: n x [...] int32; results: the loss, n x []; and the two sums of each
/// position (`SoftmaxSums`), n x [...], auxiliaries that the gradient reuses.
public struct SoftmaxCrossEntropy: Operator {
  public let name = "softmax-cross-entropy"
  public var rounding: Rounding { .loss }

  public init() {}

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 2)
    try expect(inputs[0], .float32, "outputs")
    try expect(inputs[1], .int32, "labels")
    guard inputs[0].shape.rank >= 1,
      inputs[1].shape.extents == Array(inputs[0].shape.extents.dropLast())
    else {
      throw refusal("labels \(inputs[1].shape) don't fit outputs \(inputs[0].shape)")
    }
    try expectPerSample(inputs[0], "outputs")
    try expectPerSample(inputs[1], "labels")
    let rows = ValueType.perSample(inputs[1].shape)
    return [.perSample([]), rows, rows]
  }

  public func gradients(of call: GradientCall, in graph: inout Graph) throws(GraphError)
    -> [ValueID?]
  {
    guard let upstream = call.upstreamOfFirst, call.needs[0] else { return [nil, nil] }
    let gradient = try graph.append(
      SoftmaxCrossEntropyGradient(), call.inputs[0], call.inputs[1], call.outputs[1],
      call.outputs[2], upstream)
    return [gradient, nil]
  }

  public func decompose(_ inputs: [ValueID], in graph: inout Graph) throws(GraphError)
    -> [ValueID]?
  {
    let shape = graph.type(of: inputs[0]).shape
    // The loss doesn't depend on the shift, so that no gradient of the shift is missed.
    let sums = try graph.appendAll(SoftmaxSums(), [inputs[0]])
    let spread = try graph.append(Broadcast(to: shape, along: [shape.rank - 1]), sums[0])
    let shifted = try graph.append(Add(), inputs[0], try graph.append(Scale(-1), spread))
    let all = try graph.append(LogSumExp(), shifted)
    let hot = try graph.append(OneHot(classes: shape.last), inputs[1])
    let chosen = try graph.append(Multiply(), hot, shifted)
    let own = try graph.append(Sum(axes: [shape.rank - 1]), chosen)
    let loss = try graph.append(Add(), all, try graph.append(Scale(-1), own))
    return [try graph.append(Mean(axes: Array(0..<shape.rank - 1)), loss)] + sums
  }

  public func flops(inputs: [ValueType], outputs: [ValueType], samples: Int) -> Int {
    10 * inputs[0].count(samples: samples)
  }
}

/// (softmax(o) - one-hot(label))·dloss / positions: the gradient of `SoftmaxCrossEntropy`.
///
/// The third and fourth operands are the sums that the forward node kept.
public struct SoftmaxCrossEntropyGradient: Operator {
  public let name = "softmax-cross-entropy-gradient"
  public var rounding: Rounding { .loss }

  public init() {}

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 5)
    let forward = try SoftmaxCrossEntropy().outputTypes(for: [inputs[0], inputs[1]])
    try expectAlike(forward[1], inputs[2])
    try expectAlike(forward[2], inputs[3])
    try expectAlike(forward[0], inputs[4])
    return [inputs[0]]
  }

  public func decompose(_ inputs: [ValueID], in graph: inout Graph) throws(GraphError)
    -> [ValueID]?
  {
    let shape = graph.type(of: inputs[0]).shape
    let softmax = try graph.append(Softmax(), inputs[0])
    let hot = try graph.append(OneHot(classes: shape.last), inputs[1])
    let difference = try graph.append(Add(), softmax, try graph.append(Scale(-1), hot))
    let spread = try graph.append(
      Broadcast(to: shape, along: Array(0..<shape.rank)), inputs[4])
    let mean = try graph.append(Scale(1 / Double(shape.rows)), spread)
    return [try graph.append(Multiply(), difference, mean)]
  }

  public func flops(inputs: [ValueType], outputs: [ValueType], samples: Int) -> Int {
    10 * inputs[0].count(samples: samples)
  }
}
