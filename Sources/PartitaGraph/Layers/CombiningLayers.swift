public import PartitaKeys

/// What layers share that combine two or more others element by element, from left to right; shapes
/// are broadcast as NumPy does.
public protocol CombiningLayer: ReadableLayerKind {
  /// Appends what becomes of two values.
  /// - Throws: `GraphError` where they don't fit each other.
  static func combine(_ a: ValueID, _ b: ValueID, in graph: inout Graph) throws(GraphError)
    -> ValueID

  /// There is nothing to measure.
  init()
}

extension CombiningLayer {
  public static var readsSeveral: Bool { true }

  public init(_ section: ConfigSection) { self.init() }

  public func build(
    _ name: String, on inputs: [ValueID], in network: inout NetworkBuilder
  ) throws(GraphError) -> ValueID {
    var result = inputs[0]
    for next in inputs.dropFirst() {
      result = try Self.combine(result, next, in: &network.graph)
    }
    return result
  }
}

/// The sum of two or more layers.
public struct AddLayer: CombiningLayer {
  public static let name = "add"
  public static let summary =
    "the sum of two or more layers, shapes broadcast as NumPy does"

  public init() {}

  public static func combine(_ a: ValueID, _ b: ValueID, in graph: inout Graph)
    throws(GraphError) -> ValueID
  { try graph.append(Add(), a, b) }
}

/// The first layer less all others.
public struct SubtractLayer: CombiningLayer {
  public static let name = "subtract"
  public static let summary = "the first layer less all others, shapes broadcast as NumPy does"

  public init() {}

  public static func combine(_ a: ValueID, _ b: ValueID, in graph: inout Graph)
    throws(GraphError) -> ValueID
  { try graph.append(Add(), a, try graph.append(Scale(-1), b)) }
}

/// The product of two or more layers, element by element.
public struct MultiplyLayer: CombiningLayer {
  public static let name = "multiply"
  public static let summary =
    "the product of two or more layers, element by element, shapes broadcast as NumPy does"

  public init() {}

  public static func combine(_ a: ValueID, _ b: ValueID, in graph: inout Graph)
    throws(GraphError) -> ValueID
  { try graph.append(Multiply(), a, b) }
}

/// The first layer divided by all others.
public struct DivideLayer: CombiningLayer {
  public static let name = "divide"
  public static let summary =
    "the first layer times one over each other, shapes broadcast as NumPy does"

  public init() {}

  public static func combine(_ a: ValueID, _ b: ValueID, in graph: inout Graph)
    throws(GraphError) -> ValueID
  { try graph.append(Multiply(), a, try graph.append(Reciprocal(), b)) }
}

extension LayerKind where Self == AddLayer {
  /// The sum of two or more layers.
  public static var add: AddLayer { AddLayer() }
}

extension LayerKind where Self == SubtractLayer {
  /// The first layer less all others.
  public static var subtract: SubtractLayer { SubtractLayer() }
}

extension LayerKind where Self == MultiplyLayer {
  /// The product of two or more layers, element by element.
  public static var multiply: MultiplyLayer { MultiplyLayer() }
}

extension LayerKind where Self == DivideLayer {
  /// The first layer times one over each other.
  public static var divide: DivideLayer { DivideLayer() }
}
