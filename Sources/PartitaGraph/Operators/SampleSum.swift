/// The sum over all samples: per-sample in, shared out.
public struct SampleSum: Operator {
  public let name = "sample-sum"

  public init() {}

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 1)
    try expectPerSample(inputs[0], "an operand")
    return [ValueType(inputs[0].shape, inputs[0].element, .shared)]
  }

  public func gradients(of call: GradientCall, in graph: inout Graph) throws(GraphError)
    -> [ValueID?]
  {
    guard let upstream = call.upstreamOfFirst else { return [nil] }
    return [try graph.append(SampleBroadcast(), upstream)]
  }

  public func flops(inputs: [ValueType], outputs: [ValueType], samples: Int) -> Int {
    inputs[0].count(samples: samples)
  }
}

/// A shared value repeated for each sample.
public struct SampleBroadcast: Operator {
  public let name = "sample-broadcast"

  public init() {}

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 1)
    try expectShared(inputs[0], "an operand")
    return [ValueType(inputs[0].shape, inputs[0].element, .perSample)]
  }

  public func gradients(of call: GradientCall, in graph: inout Graph) throws(GraphError)
    -> [ValueID?]
  {
    guard let upstream = call.upstreamOfFirst else { return [nil] }
    return [try graph.append(SampleSum(), upstream)]
  }
}
