/// The same numbers with another element type; of bfloat16 the nearest (`BFloat16.rounded`).
public struct Convert: Operator {
  public var name: String { element == .bfloat16 ? "bf16" : "convert" }
  /// The element type of the result.
  public let element: ElementType

  public init(to element: ElementType) { self.element = element }

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 1)
    return [ValueType(inputs[0].shape, element, inputs[0].batching)]
  }

  public func gradients(of call: GradientCall, in graph: inout Graph) throws(GraphError)
    -> [ValueID?]
  {
    guard let upstream = call.upstreamOfFirst else { return [nil] }
    return [try graph.append(Convert(to: graph.type(of: call.inputs[0]).element), upstream)]
  }
}
