/// s · x, with a shared scalar s that another node or the training loop provides.
public struct ScaleBy: Operator {
  public let name = "scale-by"
  public var slicing: Slicing? { .elementwise(arrays: 1) }

  public init() {}

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 2)
    guard inputs[1].shape.count == 1, !inputs[1].isPerSample else {
      throw refusal("needs a shared scalar as its second operand, not \(inputs[1])")
    }
    return [inputs[0]]
  }

  public func gradients(of call: GradientCall, in graph: inout Graph) throws(GraphError)
    -> [ValueID?]
  {
    guard let upstream = call.upstreamOfFirst else { return [nil, nil] }
    var gradients: [ValueID?] = [nil, nil]
    if call.needs[0] { gradients[0] = try graph.append(self, upstream, call.inputs[1]) }
    if call.needs[1] {
      let product = try graph.append(Multiply(), upstream, call.inputs[0])
      let axes = Array(0..<graph.type(of: product).shape.rank)
      let sum = try graph.append(Sum(axes: axes), product)
      let total = try graph.reduced(sum, like: call.inputs[1])
      gradients[1] = try graph.append(Convert(to: graph.type(of: call.inputs[1]).element), total)
    }
    return gradients
  }
}

extension Graph {
  /// Whether a value is the constant one: gradient rules leave out a multiplication by it.
  func isOne(_ id: ValueID) -> Bool {
    guard let producer = self[id].producer else { return false }
    return (nodes[producer].op as? Constant)?.value == 1
  }

  /// s · x, or x itself where s is the constant one.
  mutating func scaled(_ x: ValueID, by s: ValueID) throws(GraphError) -> ValueID {
    isOne(s) ? x : try append(ScaleBy(), x, s)
  }
}
