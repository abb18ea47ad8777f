/// x + y, element by element; a shared operand is added to every sample.
public struct Add: Operator {
  public let name = "add"

  public init() {}

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 2)
    try expectSameShape(inputs[0], inputs[1])
    try expect(inputs[1], inputs[0].element, "operands")
    return [ValueType(inputs[0].shape, inputs[0].element, batching(inputs))]
  }

  public func gradients(of call: GradientCall, in graph: inout Graph) throws(GraphError)
    -> [ValueID?]
  {
    guard let upstream = call.upstreamOfFirst else { return [nil, nil] }
    var gradients: [ValueID?] = []
    for (input, needed) in zip(call.inputs, call.needs) {
      gradients.append(needed ? try graph.reduced(upstream, like: input) : nil)
    }
    return gradients
  }
}

extension Graph {
  /// `gradient` as the gradient of `input`: summed over the samples where `input` is shared.
  mutating func reduced(_ gradient: ValueID, like input: ValueID) throws(GraphError) -> ValueID {
    type(of: gradient).isPerSample && !type(of: input).isPerSample
      ? try append(SampleSum(), gradient) : gradient
  }
}
