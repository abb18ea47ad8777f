/// x - s·d with a shared scalar s: one step of gradient descent along d.
public struct Descend: Operator {
  public let name = "descend"
  public var slicing: Slicing? { .elementwise(arrays: 2) }

  public init() {}

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 3)
    try expectAlike(inputs[0], inputs[1])
    _ = try ScaleBy().outputTypes(for: [inputs[1], inputs[2]])
    return [inputs[0]]
  }

  public func decompose(_ inputs: [ValueID], in graph: inout Graph) throws(GraphError)
    -> [ValueID]?
  {
    let scaled = try graph.append(ScaleBy(), inputs[1], inputs[2])
    return [try graph.append(Add(), inputs[0], try graph.append(Scale(-1), scaled))]
  }

  public func flops(inputs: [ValueType], outputs: [ValueType], samples: Int) -> Int {
    2 * inputs[0].count(samples: samples)
  }
}
