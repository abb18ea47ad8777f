/// What mixed precision rounds around an operator.
///
/// A value that nobody multiplies, keeps or sends stays in float32 whatever is said here.
public struct Rounding: Hashable, Sendable {
  /// The operands that are taken in bfloat16: the factors of a product.
  public let factors: [Int]
  /// Whether the operands are never rounded, whoever else reads them: a loss's.
  public let keepsOperands: Bool
  /// The results that are never rounded: statistics that a gradient divides by, or raises e to.
  public let keptResults: [Int]

  /// Names operands and results by their places.
  public init(factors: [Int] = [], keepsOperands: Bool = false, keptResults: [Int] = []) {
    self.factors = factors
    self.keepsOperands = keepsOperands
    self.keptResults = keptResults
  }

  /// An operator of no concern: it reads float32, and what it makes may be rounded.
  public static let none = Rounding()

  /// A product of its first two operands.
  public static let product = Rounding(factors: [0, 1])

  /// A loss, or a gradient of one.
  public static let loss = Rounding(keepsOperands: true)
}
