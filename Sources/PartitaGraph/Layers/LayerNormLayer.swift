public import PartitaKeys

/// The innermost axis, or some of them together, with mean 0 and variance 1, then scaled and shifted.
public struct LayerNormLayer: LayerKind {
  public static let name = "layer-norm"

  /// What is added to the variance before its root is taken.
  public let epsilon: Double
  /// How many of the innermost axes are taken together.
  public let axes: Int

  enum CodingKeys: String, CodingKey {
    case epsilon
    case axes
  }

  /// Writes the keys; `axes` only where it isn't 1.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(epsilon, forKey: .epsilon)
    if axes != 1 { try container.encode(axes, forKey: .axes) }
  }

  public func build(
    _ name: String, on inputs: [ValueID], in network: inout NetworkBuilder
  ) throws(GraphError) -> ValueID {
    let shape = network.graph.type(of: inputs[0]).shape
    guard axes > 1 else { return try network.layerNorm(name, inputs[0], epsilon: epsilon) }
    guard axes <= shape.rank else {
      throw .operands(
        operator: Self.name, layer: name, problem: "there are no \(axes) axes of \(shape)")
    }
    let outer = shape.extents.dropLast(axes)
    let together = Shape(outer + [Shape(Array(shape.extents.suffix(axes))).count])
    let rows = try network.graph.append(Reshape(to: together), inputs[0])
    let result = try network.layerNorm(name, rows, epsilon: epsilon)
    return try network.graph.append(Reshape(to: shape), result)
  }
}

extension LayerNormLayer: ReadableLayerKind {
  public static let summary =
    "the last axis, or several, with mean 0 and variance 1, then scaled and shifted"

  public static let keys = [
    KeyDescription(
      "epsilon", type: "number above 0", standard: "1e-5", meaning: "added to the variance"),
    KeyDescription(
      "axes", type: "whole number from 1", standard: "1",
      meaning: "how many of the last axes are taken together"),
  ]

  public init(_ section: ConfigSection) throws(ConfigError) {
    epsilon = try section.value(CodingKeys.epsilon, .number(.positive)) ?? 1e-5
    axes = try section.value(CodingKeys.axes, .integer(atLeast: 1)) ?? 1
  }
}

extension LayerKind where Self == LayerNormLayer {
  /// The innermost axes together with mean 0 and variance 1, then scaled and shifted.
  public static func layerNorm(epsilon: Double = 1e-5, axes: Int = 1) -> LayerNormLayer {
    LayerNormLayer(epsilon: epsilon, axes: axes)
  }
}

extension NetworkBuilder {
  /// Appends a norm over the innermost axis; γ starts at 1, β at 0.
  /// - Throws: `GraphError` for a value without axes.
  public mutating func layerNorm(_ name: String, _ x: ValueID, epsilon: Double = 1e-5)
    throws(GraphError) -> ValueID
  {
    let width = graph.type(of: x).shape.last
    let scale = try parameter("\(name).weight", [width], .constant(1))
    let shift = try parameter("\(name).bias", [width], .constant(0))
    return try graph.append(LayerNorm(epsilon: epsilon), x, scale, shift)
  }
}
