import PartitaGraph

// How do I add an operator?
//
// Say which operands it takes and what its gradient is. A gradient is made of operators too: of
// those that there are, or, where one pass over memory shall do, of one more. `decompose` says what
// the operator is in simpler terms: the Float64 oracle evaluates that, and so does a device that
// has no kernel for it.

/// x·σ(x) with the logistic function σ, element by element (Elfwing, Uchibe, Doya,
/// arXiv 1702.03118).
struct SiLU: Operator {
  let name = "silu"

  func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 1)
    try expect(inputs[0], .float32, "an operand")
    return [inputs[0]]
  }

  func gradients(of call: GradientCall, in graph: inout Graph) throws(GraphError) -> [ValueID?] {
    guard let upstream = call.upstreamOfFirst else { return [nil] }
    return [try graph.append(SiLUGradient(), call.inputs[0], upstream)]
  }

  func decompose(_ inputs: [ValueID], in graph: inout Graph) throws(GraphError) -> [ValueID]? {
    [try graph.append(Multiply(), inputs[0], try graph.append(Sigmoid(), inputs[0]))]
  }

  func flops(inputs: [ValueType], outputs: [ValueType], samples: Int) -> Int {
    11 * inputs[0].count(samples: samples)
  }
}

/// dy·(σ(x) + x·σ(x)·σ(-x)): the gradient of `SiLU`, from its operand x.
struct SiLUGradient: Operator {
  let name = "silu-gradient"

  func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 2)
    try expectAlike(inputs[0], inputs[1])
    return [inputs[1]]
  }

  func decompose(_ inputs: [ValueID], in graph: inout Graph) throws(GraphError) -> [ValueID]? {
    let (x, upstream) = (inputs[0], inputs[1])
    let sigmoid = try graph.append(Sigmoid(), x)
    let mirrored = try graph.append(Sigmoid(), try graph.append(Scale(-1), x))
    let bend = try graph.append(
      Multiply(), x, try graph.append(Multiply(), sigmoid, mirrored))
    let slope = try graph.append(Add(), sigmoid, bend)
    return [try graph.append(Multiply(), upstream, slope)]
  }

  func flops(inputs: [ValueType], outputs: [ValueType], samples: Int) -> Int {
    15 * inputs[0].count(samples: samples)
  }
}
