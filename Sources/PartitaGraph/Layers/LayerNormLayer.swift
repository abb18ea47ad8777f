public import PartitaKeys

/// The innermost axis with mean 0 and variance 1, then scaled and shifted.
public struct LayerNormLayer: LayerKind {
  public static let name = "layer-norm"

  /// What is added to the variance before its root is taken.
  public let epsilon: Double

  enum CodingKeys: String, CodingKey {
    case epsilon
  }

  public func build(
    _ name: String, on inputs: [ValueID], in network: inout NetworkBuilder
  ) throws(GraphError) -> ValueID {
    try network.layerNorm(name, inputs[0], epsilon: epsilon)
  }
}

extension LayerNormLayer: ReadableLayerKind {
  public static let summary = "the last axis with mean 0 and variance 1, then scaled and shifted"

  public static let keys = [
    KeyDescription(
      "epsilon", type: "number above 0", standard: "1e-5", meaning: "added to the variance")
  ]

  public init(_ section: ConfigSection) throws(ConfigError) {
    epsilon = try section.value(CodingKeys.epsilon, .number(.positive)) ?? 1e-5
  }
}

extension LayerKind where Self == LayerNormLayer {
  /// The innermost axis with mean 0 and variance 1, then scaled and shifted.
  public static func layerNorm(epsilon: Double = 1e-5) -> LayerNormLayer {
    LayerNormLayer(epsilon: epsilon)
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
