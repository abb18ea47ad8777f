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
    return [try graph.append(SampleBroadcast(), upstream, call.inputs[0])]
  }

  public func flops(inputs: [ValueType], outputs: [ValueType], samples: Int) -> Int {
    inputs[0].count(samples: samples)
  }
}

/// A shared value repeated for each sample; the second operand only says which samples there are.
public struct SampleBroadcast: Operator {
  public let name = "sample-broadcast"

  public init() {}

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 2)
    guard !inputs[0].isPerSample, inputs[1].isPerSample else {
      throw refusal("needs a shared and a per-sample operand, not \(inputs[0]) and \(inputs[1])")
    }
    return [ValueType(inputs[0].shape, inputs[0].element, .perSample)]
  }

  public func gradients(of call: GradientCall, in graph: inout Graph) throws(GraphError)
    -> [ValueID?]
  {
    guard let upstream = call.upstreamOfFirst, call.needs[0] else { return [nil, nil] }
    return [try graph.append(SampleSum(), upstream), nil]
  }
}
