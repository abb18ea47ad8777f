import PartitaGraph

// How do I add an operator?
//
// Say which operands it takes and what its gradient is. A gradient is made of operators too: of
// those that there are, or, where one pass over memory shall do, of one more. `decompose` says what
// the operator is in simpler terms: the Float64 oracle evaluates that, and so does a device that
// has no kernel for it.

/// x / (1 + |x|), element by element (Turian, Bergstra and Bengio 2009).
struct Softsign: Operator {
  let name = "softsign"

  func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 1)
    try expect(inputs[0], .float32, "an operand")
    return [inputs[0]]
  }

  func gradients(of call: GradientCall, in graph: inout Graph) throws(GraphError) -> [ValueID?] {
    guard let upstream = call.upstreamOfFirst else { return [nil] }
    return [try graph.append(SoftsignGradient(), call.inputs[0], upstream)]
  }

  func decompose(_ inputs: [ValueID], in graph: inout Graph) throws(GraphError) -> [ValueID]? {
    [try graph.append(Multiply(), inputs[0], try graph.reciprocalOfSize(of: inputs[0]))]
  }

  func flops(inputs: [ValueType], outputs: [ValueType], samples: Int) -> Int {
    3 * inputs[0].count(samples: samples)
  }
}

/// dy / (1 + |x|)²: the gradient of `Softsign`, from its operand x.
struct SoftsignGradient: Operator {
  let name = "softsign-gradient"

  func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 2)
    try expectAlike(inputs[0], inputs[1])
    return [inputs[1]]
  }

  func decompose(_ inputs: [ValueID], in graph: inout Graph) throws(GraphError) -> [ValueID]? {
    let size = try graph.reciprocalOfSize(of: inputs[0])
    return [
      try graph.append(Multiply(), inputs[1], try graph.append(Multiply(), size, size))
    ]
  }

  func flops(inputs: [ValueType], outputs: [ValueType], samples: Int) -> Int {
    5 * inputs[0].count(samples: samples)
  }
}

extension Graph {
  /// Appends 1 / (1 + |x|).
  fileprivate mutating func reciprocalOfSize(of x: ValueID) throws(GraphError) -> ValueID {
    let negative = try append(ReLU(), try append(Scale(-1), x))
    let size = try append(Add(), try append(ReLU(), x), negative)
    return try append(Reciprocal(), try append(AddConstant(1), size))
  }
}
