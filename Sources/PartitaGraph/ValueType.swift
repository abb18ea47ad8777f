/// The type of one element.
public enum ElementType: String, Hashable, Sendable, Codable {
  /// Activations, parameters, gradients.
  case float32
  /// Factors of products, and what is kept and sent, in mixed precision.
  case bfloat16
  /// Scalars that are summed over many samples or parameters.
  case float64
  /// Labels, tokens, indices.
  case int32

  /// Bytes of one element.
  public var bytes: Int {
    switch self {
    case .bfloat16: 2
    case .float32, .int32: 4
    case .float64: 8
    }
  }
}

/// Whether a value has one entry for each sample, or one for all of them.
public enum Batching: String, Hashable, Sendable, Codable {
  /// One entry a sample: cut into microbatches along an outermost axis that shapes don't show.
  case perSample
  /// One entry for the whole batch: a parameter, a scalar, a sum over samples.
  case shared
}

/// The type of a value: the shape of one sample's entry (or of the one shared entry), the element
/// type, and whether there is an entry for each sample.
public struct ValueType: Hashable, Sendable, Codable, CustomStringConvertible {
  /// The shape of one entry; the axis of samples is not part of it.
  public let shape: Shape
  /// The type of one element.
  public let element: ElementType
  /// Whether there is an entry for each sample.
  public let batching: Batching

  public init(_ shape: Shape, _ element: ElementType = .float32, _ batching: Batching) {
    self.shape = shape
    self.element = element
    self.batching = batching
  }

  /// The type of a value with an entry of this shape for each sample.
  public static func perSample(_ shape: Shape, _ element: ElementType = .float32) -> ValueType {
    ValueType(shape, element, .perSample)
  }

  /// The type of a value that all samples share.
  public static func shared(_ shape: Shape, _ element: ElementType = .float32) -> ValueType {
    ValueType(shape, element, .shared)
  }

  /// The type of a Float64 scalar that all samples share: a loss, a norm.
  public static let scalar = ValueType.shared([], .float64)

  /// Whether there is an entry for each sample.
  public var isPerSample: Bool { batching == .perSample }

  /// Elements of the value over `samples` samples, at most `Int.max`.
  public func count(samples: Int) -> Int {
    isPerSample ? .product(samples, shape.count) : shape.count
  }

  /// Bytes of the value over `samples` samples, at most `Int.max`.
  public func bytes(samples: Int) -> Int { .product(count(samples: samples), element.bytes) }

  /// The type of a product whose first factor is this: float32, which it is summed in.
  func product(_ shape: Shape) -> ValueType { ValueType(shape, .float32, batching) }

  /// The same type with another shape.
  public func with(shape: Shape) -> ValueType { ValueType(shape, element, batching) }

  public var description: String {
    "\(isPerSample ? "n x " : "")\(shape)\(element == .float32 ? "" : " \(element.rawValue)")"
  }
}
