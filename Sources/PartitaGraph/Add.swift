/// x + y, element by element, shapes broadcast as NumPy does; a shared operand is added to every
/// sample.
public struct Add: Operator {
  public let name = "add"
  public var slicing: Slicing? { .elementwise(arrays: 2) }

  public init() {}

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 2)
    try expect(inputs[1], inputs[0].element, "operands")
    let shape = try broadcastShape(inputs[0], inputs[1])
    return [ValueType(shape, inputs[0].element, batching(inputs))]
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
