public import PartitaKeys

/// Axes of a sample in another order.
public struct TransposeLayer: LayerKind {
  public static let name = "transpose"

  /// Axis i of the result is axis `axes[i]` of what is read; 0 is the first of a sample.
  public let axes: [Int]

  enum CodingKeys: String, CodingKey {
    case axes
  }

  public func build(
    _ name: String, on inputs: [ValueID], in network: inout NetworkBuilder
  ) throws(GraphError) -> ValueID {
    try network.graph.append(Transpose(axes), inputs[0])
  }
}

extension TransposeLayer: ReadableLayerKind {
  public static let summary = "axes in another order"

  public static let keys = [
    KeyDescription(
      "axes", type: "list of whole numbers from 0", standard: nil,
      meaning: "an order of a sample's axes, from 0")
  ]

  public init(_ section: ConfigSection) throws(ConfigError) {
    axes = try section.require(CodingKeys.axes, .list(of: .integer(atLeast: 0), atLeast: 1))
    guard axes.sorted() == Array(axes.indices) else {
      throw section.conflict(
        CodingKeys.axes, "\(axes) is no order of the axes 0 to \(axes.count - 1), each once")
    }
  }
}

extension LayerKind where Self == TransposeLayer {
  /// Axis i of the result is axis `order[i]` of what is read.
  public static func transpose(_ order: [Int]) -> TransposeLayer { TransposeLayer(axes: order) }
}
