/// Σ xᵢ² of each block of a shared array, in Float64: what `SquaredNorm` adds up by its tree.
///
/// It stands for a slice of a norm, which starts with a block: replicas that hold a slice each tell
/// each other these sums, and the tree is the same as on one rank (law 2).
public struct BlockSquares: Operator {
  public let name = "block-squares"

  public init() {}

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 1)
    try expectShared(inputs[0], "an operand")
    try expect(inputs[0], .float32, "an operand")
    return [.shared([SquaredNorm.blocks(inputs[0].shape.count)], .float64)]
  }

  public func flops(inputs: [ValueType], outputs: [ValueType], samples: Int) -> Int {
    2 * inputs[0].shape.count
  }
}
