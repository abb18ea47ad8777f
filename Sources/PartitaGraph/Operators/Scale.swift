/// factor · x, with a factor that is part of the graph.
public struct Scale: Operator {
  public let name = "scale"
  public var slicing: Slicing? { .elementwise(arrays: 1) }
  /// What every element is multiplied by.
  public let factor: Double

  public init(_ factor: Double) { self.factor = factor }

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 1)
    return [inputs[0]]
  }

  public func gradients(of call: GradientCall, in graph: inout Graph) throws(GraphError)
    -> [ValueID?]
  {
    guard let upstream = call.upstreamOfFirst else { return [nil] }
    return [try graph.append(self, upstream)]
  }

  public var description: String { "scale(\(factor))" }
}
