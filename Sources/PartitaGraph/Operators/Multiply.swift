/// x · y, element by element, shapes broadcast as NumPy does; a shared operand multiplies every
/// sample.
public struct Multiply: Operator {
  public let name = "multiply"
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
    var gradients: [ValueID?] = [nil, nil]
    for side in 0..<2 where call.needs[side] {
      let product = try graph.append(Multiply(), upstream, call.inputs[1 - side])
      gradients[side] = try graph.reduced(product, like: call.inputs[side])
    }
    return gradients
  }
}
