public import PartitaKeys

/// What softmax and its logarithm share: an axis of a sample, the last by default.
public protocol SoftmaxLayerKind: ReadableLayerKind {
  /// The axis; nil for the last.
  var axis: Int? { get }
  /// The operator along the last axis.
  static var operation: any Operator { get }

  /// Makes a layer along an axis.
  init(axis: Int?)
}

private enum SoftmaxKeys: String, CodingKey {
  case axis
}

extension SoftmaxLayerKind {
  public static var keys: [KeyDescription] {
    [
      KeyDescription(
        "axis", type: "whole number from 0", standard: "the last",
        meaning: "the axis of a sample along which it is taken")
    ]
  }

  public init(_ section: ConfigSection) throws(ConfigError) {
    self.init(axis: try section.value(SoftmaxKeys.axis, .integer(atLeast: 0)))
  }

  public func build(
    _ name: String, on inputs: [ValueID], in network: inout NetworkBuilder
  ) throws(GraphError) -> ValueID {
    let shape = network.graph.type(of: inputs[0]).shape
    let last = shape.rank - 1
    guard let axis, axis != last else {
      return try network.graph.appendAll(Self.operation, inputs)[0]
    }
    guard axis < shape.rank else {
      throw .operands(
        operator: Self.name, layer: name, problem: "there is no axis \(axis) of \(shape)")
    }
    // Swapping two axes is its own inverse.
    var order = Array(0..<shape.rank)
    order.swapAt(axis, last)
    let turned = try network.graph.append(Transpose(order), inputs[0])
    let result = try network.graph.appendAll(Self.operation, [turned])[0]
    return try network.graph.append(Transpose(order), result)
  }
}

/// e^xᵢ / Σ e^xⱼ along an axis.
public struct SoftmaxLayer: SoftmaxLayerKind {
  public static let name = "softmax"
  public static let summary = "e^xᵢ / Σ e^xⱼ along an axis"
  public static let operation: any Operator = Softmax()

  public let axis: Int?

  public init(axis: Int?) { self.axis = axis }
}

/// xᵢ - log Σ e^xⱼ along an axis.
public struct LogSoftmaxLayer: SoftmaxLayerKind {
  public static let name = "log-softmax"
  public static let summary = "xᵢ - log Σ e^xⱼ along an axis"
  public static let operation: any Operator = LogSoftmax()

  public let axis: Int?

  public init(axis: Int?) { self.axis = axis }
}

extension LayerKind where Self == SoftmaxLayer {
  /// e^xᵢ / Σ e^xⱼ along an axis, by default the last.
  public static func softmax(axis: Int? = nil) -> SoftmaxLayer { SoftmaxLayer(axis: axis) }
}

extension LayerKind where Self == LogSoftmaxLayer {
  /// xᵢ - log Σ e^xⱼ along an axis, by default the last.
  public static func logSoftmax(axis: Int? = nil) -> LogSoftmaxLayer {
    LogSoftmaxLayer(axis: axis)
  }
}
