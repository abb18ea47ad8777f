/// The rows of a table that the tokens name: ids n x [...] int32, W [vocabulary, d], n x [..., d].
public struct Embedding: Operator {
  public let name = "embedding"

  public init() {}

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 2)
    try expect(inputs[0], .int32, "tokens")
    try expect(inputs[1], rank: 2, "a table [vocabulary, features]")
    try expectShared(inputs[1], "a table")
    return [
      ValueType(
        Shape(inputs[0].shape.extents + [inputs[1].shape[1]]), .float32, inputs[0].batching)
    ]
  }

  public func gradients(of call: GradientCall, in graph: inout Graph) throws(GraphError)
    -> [ValueID?]
  {
    guard let upstream = call.upstreamOfFirst, call.needs[1] else { return [nil, nil] }
    let vocabulary = graph.type(of: call.inputs[1]).shape[0]
    return [
      nil, try graph.append(EmbeddingGradient(vocabulary: vocabulary), call.inputs[0], upstream),
    ]
  }

  public func flops(inputs: [ValueType], outputs: [ValueType], samples: Int) -> Int { 0 }
}

/// Each gradient added to the row that its token names, summed over samples.
public struct EmbeddingGradient: Operator {
  public let name = "embedding-gradient"
  /// Rows of the table.
  public let vocabulary: Int

  public init(vocabulary: Int) { self.vocabulary = vocabulary }

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 2)
    try expect(inputs[0], .int32, "tokens")
    guard inputs[1].shape.extents.dropLast() == inputs[0].shape.extents[...] else {
      throw refusal("gradients \(inputs[1].shape) don't fit tokens \(inputs[0].shape)")
    }
    guard inputs[0].batching == inputs[1].batching else {
      throw refusal(
        "needs both operands per-sample or both shared, not \(inputs[0]) and "
          + "\(inputs[1])")
    }
    return [.shared([vocabulary, inputs[1].shape.last])]
  }

  public func gradients(of call: GradientCall, in graph: inout Graph) throws(GraphError)
    -> [ValueID?]
  {
    guard let upstream = call.upstreamOfFirst, call.needs[1] else { return [nil, nil] }
    return [nil, try graph.append(Embedding(), call.inputs[0], upstream)]
  }

  public func flops(inputs: [ValueType], outputs: [ValueType], samples: Int) -> Int {
    inputs[1].count(samples: samples)
  }
}
