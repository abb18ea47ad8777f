public import PartitaKeys

/// What layers share that join one number to each element.
public protocol ConstantLayer: ReadableLayerKind {
  /// The number.
  var value: Double { get }

  /// Makes a layer of this number.
  init(value: Double)

  /// The operator that joins it.
  var operation: any Operator { get }
}

private enum ConstantKeys: String, CodingKey {
  case value
}

extension ConstantLayer {
  public static var keys: [KeyDescription] {
    [KeyDescription("value", type: "number", standard: nil, meaning: "the number")]
  }

  public init(_ section: ConfigSection) throws(ConfigError) {
    self.init(value: try section.require(ConstantKeys.value, .number(.any)))
  }

  public func build(
    _ name: String, on inputs: [ValueID], in network: inout NetworkBuilder
  ) throws(GraphError) -> ValueID {
    try network.graph.appendAll(operation, inputs)[0]
  }
}

/// A number added to each element.
public struct AddConstantLayer: ConstantLayer {
  public static let name = "add-constant"
  public static let summary = "each element plus a number"

  public let value: Double
  public var operation: any Operator { AddConstant(value) }

  public init(value: Double) { self.value = value }
}

/// Each element multiplied by a number.
public struct MultiplyConstantLayer: ConstantLayer {
  public static let name = "multiply-constant"
  public static let summary = "each element times a number"

  public let value: Double
  public var operation: any Operator { Scale(value) }

  public init(value: Double) { self.value = value }
}

extension LayerKind where Self == AddConstantLayer {
  /// Each element plus a number.
  public static func addConstant(_ value: Double) -> AddConstantLayer {
    AddConstantLayer(value: value)
  }
}

extension LayerKind where Self == MultiplyConstantLayer {
  /// Each element times a number.
  public static func multiplyConstant(_ value: Double) -> MultiplyConstantLayer {
    MultiplyConstantLayer(value: value)
  }
}
