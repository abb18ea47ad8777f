/// Σ xᵢ² of a shared value in Float64: squares are summed over blocks of 4,096 elements, the
/// blocks by one fixed tree, so that no cut or bucket regroups the sum (law 2).
public struct SquaredNorm: Operator {
  public let name = "squared-norm"
  public var slicing: Slicing? { .squares(factor: 1) }
  /// Elements in a block.
  public static let blockSize = 4096

  /// The blocks of so many elements.
  public static func blocks(_ elements: Int) -> Int { (elements + blockSize - 1) / blockSize }

  public init() {}

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 1)
    try expectShared(inputs[0], "an operand")
    return [.scalar]
  }

  public func gradients(of call: GradientCall, in graph: inout Graph) throws(GraphError)
    -> [ValueID?]
  {
    guard let upstream = call.upstreamOfFirst else { return [nil] }
    let double = try graph.append(Scale(2), call.inputs[0])
    return [try graph.scaled(double, by: upstream)]
  }

  public func flops(inputs: [ValueType], outputs: [ValueType], samples: Int) -> Int {
    2 * inputs[0].shape.count
  }
}
