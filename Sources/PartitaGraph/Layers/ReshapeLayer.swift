public import PartitaKeys

/// The same elements of a sample under another shape.
public struct ReshapeLayer: LayerKind {
  public static let name = "reshape"

  /// The extents of the new shape.
  public let shape: [Int]

  enum CodingKeys: String, CodingKey {
    case shape
  }

  public func build(
    _ name: String, on inputs: [ValueID], in network: inout NetworkBuilder
  ) throws(GraphError) -> ValueID {
    try network.graph.append(Reshape(to: Shape(shape)), inputs[0])
  }
}

extension ReshapeLayer: ReadableLayerKind {
  public static let summary = "the same elements under another shape"

  public static let keys = [
    KeyDescription(
      "shape", type: "list of whole numbers from 1", standard: nil, meaning: "the shape of a sample"
    )
  ]

  public init(_ section: ConfigSection) throws(ConfigError) {
    shape = try section.require(CodingKeys.shape, .list(of: .integer(atLeast: 1), atLeast: 1))
  }
}

extension LayerKind where Self == ReshapeLayer {
  /// The same elements under another shape.
  public static func reshape(_ shape: Shape) -> ReshapeLayer { ReshapeLayer(shape: shape.extents) }
}
