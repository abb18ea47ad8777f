public import PartitaKeys

/// What layers share that combine two or more others element by element, from left to right.
public protocol CombiningLayer: ReadableLayerKind {
  /// The operator of two values.
  associatedtype Combination: Operator
  /// The operator of two values.
  static var combination: Combination { get }

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
      result = try network.graph.append(Self.combination, result, next)
    }
    return result
  }
}

/// The sum of two or more layers.
public struct AddLayer: CombiningLayer {
  public static let name = "add"
  public static let summary = "the sum of two or more layers"
  public static let combination = Add()

  public init() {}
}

/// The product of two or more layers, element by element.
public struct MultiplyLayer: CombiningLayer {
  public static let name = "multiply"
  public static let summary = "the product of two or more layers, element by element"
  public static let combination = Multiply()

  public init() {}
}

extension LayerKind where Self == AddLayer {
  /// The sum of two or more layers.
  public static var add: AddLayer { AddLayer() }
}

extension LayerKind where Self == MultiplyLayer {
  /// The product of two or more layers, element by element.
  public static var multiply: MultiplyLayer { MultiplyLayer() }
}
