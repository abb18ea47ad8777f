internal import PartitaKeys

/// What is known of a tensor before there is one: the type of its elements, and its extents.
public struct TensorType: Hashable, Sendable, CustomStringConvertible {
  /// The type of an element.
  public let element: TensorElement
  /// The extents, slowest first; empty for a single number.
  public let shape: [Int]

  /// A tensor's type.
  public init(_ element: TensorElement, _ shape: [Int]) {
    self.element = element
    self.shape = shape
  }

  /// The number of elements.
  public var count: Int { shape.reduce(1) { .saturatingProduct($0, $1) } }

  /// The bytes of all elements.
  public var bytes: Int { .saturatingProduct(count, element.bytes) }

  /// The same elements in other extents.
  func with(shape: [Int]) -> TensorType { TensorType(element, shape) }

  public var description: String { "[\(shape.map(String.init).joined(separator: ", "))]" }
}

extension Int {
  /// The product of two sizes, at most `Int.max`.
  static func saturatingProduct(_ one: Int, _ other: Int) -> Int {
    let (product, overflows) = one.multipliedReportingOverflow(by: other)
    return overflows ? .max : product
  }
}

extension [Int] {
  /// The number of elements of these extents.
  var elementCount: Int { reduce(1) { .saturatingProduct($0, $1) } }
}
