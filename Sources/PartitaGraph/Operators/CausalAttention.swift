/// Multi-head self-attention in which a position sees itself and what came before (Vaswani et al.,
/// arXiv 1706.03762, section 3.2).
///
/// qkv: n x [T, 3d], queries, keys and values side by side, head h in columns h·d/heads of each;
/// results: n x [T, d]; and of each row of scores the largest and Σ e^(score - largest), n x
/// [heads, T], auxiliaries from which the gradient recomputes the probabilities (Dao et al., arXiv
/// 2205.14135, who keep one number: large scores would round the sum away).
public struct CausalAttention: Operator {
  public let name = "causal-attention"
  public var rounding: Rounding { Rounding(factors: [0], keptResults: [1, 2]) }
  /// The number of heads.
  public let heads: Int

  public init(heads: Int) { self.heads = heads }

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 1)
    try expect(inputs[0], rank: 2, "queries, keys and values [T, 3d]")
    let (length, width) = (inputs[0].shape[0], inputs[0].shape[1])
    guard heads > 0, width % (3 * heads) == 0 else {
      throw refusal("\(width) columns don't make 3 x \(heads) heads of equal width")
    }
    let rows = inputs[0].product([heads, length])
    return [inputs[0].product([length, width / 3]), rows, rows]
  }

  public func gradients(of call: GradientCall, in graph: inout Graph) throws(GraphError)
    -> [ValueID?]
  {
    guard let upstream = call.upstreamOfFirst else { return [nil] }
    return [
      try graph.append(
        CausalAttentionGradient(heads: heads), call.inputs[0], call.outputs[1], call.outputs[2],
        upstream)
    ]
  }

  public func decompose(_ inputs: [ValueID], in graph: inout Graph) throws(GraphError)
    -> [ValueID]?
  {
    let parts = try graph.attentionParts(of: inputs[0], heads: heads)
    let shape = graph.type(of: parts.value).shape
    let mixed = try graph.append(MatrixProduct(), parts.probabilities, parts.value)
    let sideBySide = try graph.append(Transpose([1, 0, 2]), mixed)
    let result = try graph.append(Reshape(to: [shape[1], shape[0] * shape[2]]), sideBySide)
    let sums = try graph.appendAll(SoftmaxSums(isCausal: true), [parts.scores])
    return [result, sums[0], try graph.append(AddConstant(1), sums[1])]
  }

  public func flops(inputs: [ValueType], outputs: [ValueType], samples: Int) -> Int {
    // Half of the scores are seen: 2·T²·d for scores and as many for the mix, halved.
    .product(2, outputs[0].count(samples: samples), inputs[0].shape[0])
  }

  public var description: String { "\(name)(heads: \(heads))" }
}

/// The gradient of `CausalAttention`; operands qkv, its two auxiliaries, dy.
public struct CausalAttentionGradient: Operator {
  public let name = "causal-attention-gradient"
  public var rounding: Rounding { Rounding(factors: [0, 3]) }
  /// The number of heads.
  public let heads: Int

  public init(heads: Int) { self.heads = heads }

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 4)
    let forward = try CausalAttention(heads: heads).outputTypes(for: [inputs[0]])
    try expectAlike(forward[1], inputs[1])
    try expectAlike(forward[2], inputs[2])
    try expectAlike(forward[0], inputs[3])
    return [inputs[0].product(inputs[0].shape)]
  }

  public func decompose(_ inputs: [ValueID], in graph: inout Graph) throws(GraphError)
    -> [ValueID]?
  {
    let p = try graph.attentionParts(of: inputs[0], heads: heads)
    let shape = graph.type(of: p.value).shape
    let rows = try graph.append(Reshape(to: [shape[1], shape[0], shape[2]]), inputs[3])
    let dy = try graph.append(Transpose([1, 0, 2]), rows)
    let dValue = try graph.append(MatrixProduct(transposesLeft: true), p.probabilities, dy)
    let dProbabilities = try graph.append(MatrixProduct(transposesRight: true), dy, p.value)
    let call = GradientCall(
      inputs: [p.scores], outputs: [p.probabilities], upstream: [dProbabilities], needs: [true])
    guard let dScores = try Softmax(isCausal: true).gradients(of: call, in: &graph)[0] else {
      throw .notDifferentiable(operator: name)
    }
    let scaled = try graph.append(Scale(1 / Double(shape[2]).squareRoot()), dScores)
    let dQuery = try graph.append(MatrixProduct(), scaled, p.key)
    let dKey = try graph.append(MatrixProduct(transposesLeft: true), scaled, p.query)
    let width = shape[0] * shape[2]
    var sum: ValueID?
    for (index, part) in [dQuery, dKey, dValue].enumerated() {
      let sideBySide = try graph.append(Transpose([1, 0, 2]), part)
      let columns = try graph.append(Reshape(to: [shape[1], width]), sideBySide)
      let padded = try graph.append(
        Pad(axis: 1, before: index * width, after: (2 - index) * width), columns)
      if let before = sum { sum = try graph.append(Add(), before, padded) } else { sum = padded }
    }
    return sum.map { [$0] }
  }

  public func flops(inputs: [ValueType], outputs: [ValueType], samples: Int) -> Int {
    .product(5, inputs[3].count(samples: samples), inputs[0].shape[0])
  }

  public var description: String { "\(name)(heads: \(heads))" }
}

extension Graph {
  fileprivate struct AttentionParts {
    /// Each [heads, T, d / heads].
    let query, key, value: ValueID
    /// Each [heads, T, T].
    let scores, probabilities: ValueID
  }

  fileprivate mutating func attentionParts(of qkv: ValueID, heads: Int) throws(GraphError)
    -> AttentionParts
  {
    let (length, width) = (type(of: qkv).shape[0], type(of: qkv).shape[1] / 3)
    var parts: [ValueID] = []
    for index in 0..<3 {
      let columns = try append(Slice(axis: 1, start: index * width, length: width), qkv)
      let split = try append(Reshape(to: [length, heads, width / heads]), columns)
      parts.append(try append(Transpose([1, 0, 2]), split))
    }
    let product = try append(MatrixProduct(transposesRight: true), parts[0], parts[1])
    let scores = try append(Scale(1 / Double(width / heads).squareRoot()), product)
    let probabilities = try append(Softmax(isCausal: true), scores)
    return AttentionParts(
      query: parts[0], key: parts[1], value: parts[2], scores: scores,
      probabilities: probabilities)
  }
}
