/// A shared value with the same number everywhere.
public struct Constant: Operator {
  public let name = "constant"
  /// The number.
  public let value: Double
  /// The type of the result.
  public let type: ValueType

  /// Makes a constant of a shared type.
  public init(_ value: Double, _ type: ValueType) {
    self.value = value
    self.type = type
  }

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 0)
    guard !type.isPerSample else { throw refusal("is shared by all samples, not \(type)") }
    return [type]
  }

  public func gradients(of call: GradientCall, in graph: inout Graph) throws(GraphError)
    -> [ValueID?]
  { [] }

  public func flops(inputs: [ValueType], outputs: [ValueType], samples: Int) -> Int { 0 }

  public var description: String { "constant(\(value))" }
}
