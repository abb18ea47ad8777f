/// The part of a network that it may have more of: what makes it deeper.
public struct ModelDepth: Sendable {
  /// What is repeated, as "block"; one of them.
  public let unit: String
  /// How many the network has, and how many it may have at most.
  public let count, most: Int
  /// What a configuration says for another number of them, as `model.depth=3`.
  public let override: @Sendable (Int) -> String

  /// By default there may be any number.
  public init(
    unit: String, count: Int, most: Int = .max, override: @escaping @Sendable (Int) -> String
  ) {
    self.unit = unit
    self.count = count
    self.most = most
    self.override = override
  }
}
