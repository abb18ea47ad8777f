package import PartitaGraph

/// A parameter outside of any device: its name, its shape and its values in row-major order.
public struct NamedTensor: Hashable, Sendable {
  /// The name, as PyTorch calls it for layers that PyTorch has.
  public let name: String
  /// The extents, slowest first; empty for a single number.
  public let shape: [Int]
  /// The values, as many as the extents' product.
  public let values: [Float]

  /// A tensor of these values.
  public init(name: String, shape: [Int], values: [Float]) {
    precondition(
      shape.reduce(1, *) == values.count, "\(name): \(shape) isn't \(values.count) values")
    self.name = name
    self.shape = shape
    self.values = values
  }
}

extension NamedTensor {
  /// What a network brings along for a parameter.
  package init(_ weight: InitialWeight) {
    self.init(name: weight.name, shape: weight.shape, values: weight.values)
  }
}

extension Sequence<NamedTensor> {
  /// The tensors by the UTF-8 bytes of their names, an order that no locale changes.
  package func inNameOrder() -> [NamedTensor] {
    sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }
}
