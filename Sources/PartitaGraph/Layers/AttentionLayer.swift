public import PartitaKeys

/// Queries, keys and values by one linear map, causal attention, a linear map of its result.
public struct AttentionLayer: LayerKind {
  public static let name = "attention"

  /// Attention heads; they divide the features evenly.
  public let heads: Int

  enum CodingKeys: String, CodingKey {
    case heads
  }

  public func build(
    _ name: String, on inputs: [ValueID], in network: inout NetworkBuilder
  ) throws(GraphError) -> ValueID {
    try network.attention(name, inputs[0], heads: heads)
  }
}

extension AttentionLayer: ReadableLayerKind {
  public static let summary = "causal multi-head attention, with its projections"

  public static let keys = [
    KeyDescription("heads", type: "whole number from 1", standard: nil, meaning: "attention heads")
  ]

  public init(_ section: ConfigSection) throws(ConfigError) {
    heads = try section.require(CodingKeys.heads, .integer(atLeast: 1))
  }
}

extension LayerKind where Self == AttentionLayer {
  /// Queries, keys and values by one linear map, causal attention, a linear map of its result.
  public static func attention(heads: Int) -> AttentionLayer { AttentionLayer(heads: heads) }
}

extension NetworkBuilder {
  /// Causal attention between its two linear maps.
  mutating func attention(_ name: String, _ x: ValueID, heads: Int) throws(GraphError) -> ValueID {
    let width = graph.type(of: x).shape.last
    let qkv = try linear("\(name).qkv", x, features: 3 * width)
    let mixed = try graph.append(CausalAttention(heads: heads), qkv)
    return try linear("\(name).proj", mixed, features: width)
  }
}
