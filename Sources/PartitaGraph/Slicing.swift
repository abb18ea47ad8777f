/// How an operator on shared arrays can be cut into slices between blocks of
/// `SquaredNorm.blockSize` elements, without another bit in any result.
public enum Slicing: Hashable, Sendable {
  /// An element of the result depends on the same element of each of the first so many operands,
  /// which have its shape; all further operands are scalars.
  case elementwise(arrays: Int)
  /// The result is a scalar: the factor times the sum of the only operand's squares, block by block.
  case squares(factor: Double)
}
