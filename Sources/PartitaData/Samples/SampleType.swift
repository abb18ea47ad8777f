internal import PartitaGraph

/// The type of one sample of an input or a label: what a graph's per-sample variable must have.
public struct SampleType: Hashable, Sendable {
  /// What the elements are.
  public enum Element: Hashable, Sendable {
    /// Real values.
    case float32
    /// Class and token numbers.
    case int32
  }

  /// Extents after the batch's; empty for a single number.
  public let shape: [Int]
  /// The element type; both have 4 bytes.
  public let element: Element

  /// Elements of a sample.
  public var elementCount: Int { Shape(shape).count }
  /// Bytes of a sample.
  public var byteCount: Int { .product(4, elementCount) }

  /// A sample of this shape and element.
  public init(shape: [Int], element: Element) {
    self.shape = shape
    self.element = element
  }
}

extension SampleType {
  /// The type of a label: class numbers for cross-entropy, vectors of zeros and a one for squared
  /// error.
  static func label(_ shape: [Int], classes: Int, loss: LossKind) -> SampleType {
    switch loss {
    case .crossEntropy: SampleType(shape: shape, element: .int32)
    case .squaredError: SampleType(shape: shape + [classes], element: .float32)
    }
  }
}
