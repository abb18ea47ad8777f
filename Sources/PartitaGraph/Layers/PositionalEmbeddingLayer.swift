public import PartitaKeys

/// A learned array of a sample's own shape, added: a vector for each position of a text.
public struct PositionalEmbeddingLayer: ReadableLayerKind {
  public static let name = "positional-embedding"
  public static let summary = "a learned vector added at each position"

  public init() {}

  public init(_ section: ConfigSection) { self.init() }

  public func build(
    _ name: String, on inputs: [ValueID], in network: inout NetworkBuilder
  ) throws(GraphError) -> ValueID {
    try network.positionalEmbedding(name, inputs[0])
  }
}

extension LayerKind where Self == PositionalEmbeddingLayer {
  /// A learned [T, d] added to each sample.
  public static var positionalEmbedding: PositionalEmbeddingLayer { PositionalEmbeddingLayer() }
}

extension NetworkBuilder {
  /// A learned vector for each position, added.
  mutating func positionalEmbedding(_ name: String, _ x: ValueID) throws(GraphError) -> ValueID {
    let shape = graph.type(of: x).shape
    let table = try parameter("\(name).weight", shape, .normal(deviation: 0.02))
    return try graph.append(Add(), x, table)
  }
}
