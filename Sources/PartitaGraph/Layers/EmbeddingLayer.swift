public import PartitaKeys

/// The rows of a table [vocabulary, features] that tokens name.
public struct EmbeddingLayer: LayerKind {
  public static let name = "embedding"

  /// Rows of the table; nil means as many as the data has different tokens.
  public let vocabulary: Int?
  /// Features of a row.
  public let features: Int

  enum CodingKeys: String, CodingKey {
    case vocabulary
    case features
  }

  public var ownsWeight: Bool { true }

  public func build(
    _ name: String, on inputs: [ValueID], in network: inout NetworkBuilder
  ) throws(GraphError) -> ValueID {
    guard let rows = vocabulary ?? network.classes else {
      throw .name(name, problem: "needs a vocabulary")
    }
    if let tokens = network.classes, rows < tokens {
      throw .name(
        "layer \(name)",
        problem: "a vocabulary of \(rows) is too small for the data's \(tokens) tokens: use "
          + "\(tokens), or leave the key out")
    }
    let table = try network.embeddingTable(name, rows: rows, features: features)
    return try network.graph.append(Embedding(), inputs[0], table)
  }
}

extension EmbeddingLayer: ReadableLayerKind {
  public static let summary = "a table's row for each token"

  public static let keys = [
    KeyDescription(
      "vocabulary", type: "whole number from 1", standard: "as the data",
      meaning: "rows of the table, one for each different token"),
    KeyDescription(
      "features", type: "whole number from 1", standard: nil, meaning: "features of a token"),
  ]

  public init(_ section: ConfigSection) throws(ConfigError) {
    vocabulary = try section.value(CodingKeys.vocabulary, .integer(atLeast: 1))
    features = try section.require(CodingKeys.features, .integer(atLeast: 1))
  }
}

extension LayerKind where Self == EmbeddingLayer {
  /// The rows of a table [vocabulary, features] that tokens name; *vocabulary* nil: as the data.
  public static func embedding(vocabulary: Int?, features: Int) -> EmbeddingLayer {
    EmbeddingLayer(vocabulary: vocabulary, features: features)
  }
}

extension NetworkBuilder {
  /// A table of rows from N(0, 0.02²).
  mutating func embeddingTable(_ name: String, rows: Int, features: Int) throws(GraphError)
    -> ValueID
  {
    try parameter("\(name).weight", [rows, features], .normal(deviation: 0.02))
  }
}
