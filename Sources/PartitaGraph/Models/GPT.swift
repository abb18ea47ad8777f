public import PartitaKeys

/// A decoder-only transformer (Radford et al. 2019).
public struct GPT: ModelFamily {
  public static let name = "gpt"
  public static let summary = "a decoder-only transformer; reads tokens"
  public static let readsTokens: Bool? = true

  private static let mostBlocks = 1024

  public static let keys = [
    KeyDescription(
      "depth", type: "whole number from 1 to \(mostBlocks)", standard: nil, meaning: "blocks"),
    KeyDescription(
      "width", type: "whole number from 1", standard: nil,
      meaning: "features of a token; a multiple of `heads`"),
    KeyDescription(
      "heads", type: "whole number from 1", standard: nil, meaning: "attention heads of a block"),
    KeyDescription(
      "context", type: "whole number from 1", standard: "`data.context`",
      meaning: "the most tokens seen at once"),
    KeyDescription(
      "tied", type: "true or false", standard: "false",
      meaning: "the output layer shares the embedding's weight"),
    KeyDescription(
      "dropout", type: "0 up to 1, without 1", standard: "0",
      meaning: "the share of elements set to zero while training, after the embedding, the "
        + "attention and the feed-forward layer"),
    KeyDescription(
      "vocabulary", type: "whole number from 1", standard: "as the data",
      meaning: "different tokens"),
  ]

  /// Blocks of attention and feed-forward layers.
  public let depth: Int
  /// Features of a token; a multiple of `heads`.
  public let width: Int
  /// Attention heads of a block.
  public let heads: Int
  /// The most tokens that the model sees at once.
  public let context: Int
  /// Whether the output layer shares the token embedding's weight.
  public let tied: Bool
  /// The rate of dropout after the embedding, the attention and the feed-forward layer.
  public let dropout: Double
  /// Different tokens; nil means as many as the data has.
  public let vocabulary: Int?

  enum CodingKeys: String, CodingKey {
    case depth
    case width
    case heads
    case context
    case tied
    case dropout
    case vocabulary
  }

  public init(
    _ section: ConfigSection, _ surroundings: ModelSurroundings
  ) throws(ConfigError) {
    depth = try section.require(CodingKeys.depth, .integer(atLeast: 1, atMost: Self.mostBlocks))
    width = try section.require(CodingKeys.width, .integer(atLeast: 1))
    heads = try section.require(CodingKeys.heads, .integer(atLeast: 1))
    guard let context = surroundings.context else {
      throw section.missing(CodingKeys.context, expected: "a whole number above 0")
    }
    self.context = context
    tied = try section.value(CodingKeys.tied, .flag) ?? false
    dropout = try section.value(CodingKeys.dropout, .number(.rate)) ?? 0
    vocabulary = try section.value(CodingKeys.vocabulary, .integer(atLeast: 1))
    guard width.isMultiple(of: heads) else {
      throw section.conflict(
        CodingKeys.heads, "\(heads) heads don't divide a width of \(width) evenly")
    }
  }

  public var depthMeasure: ModelDepth? {
    ModelDepth(unit: "block", count: depth, most: Self.mostBlocks) { "model.depth=\($0)" }
  }

  public func layers(for data: ModelData) -> [LayerDescription] {
    .gpt(
      depth: depth, width: width, heads: heads, vocabulary: vocabulary ?? data.classes,
      tied: tied, dropout: dropout)
  }
}

extension [LayerDescription] {
  /// A GPT of tokens [T] (Radford et al. 2019: norms before the sublayers): `embed`,
  /// `block1.attention`, `block1.mlp`, ..., `norm`, `head`; T comes from the data.
  ///
  /// The head has no bias; *tied*, its weight is the embedding's table.
  public static func gpt(
    depth: Int, width: Int, heads: Int, vocabulary: Int, tied: Bool, dropout: Double = 0
  ) -> [LayerDescription] {
    let blocks = (0..<depth).flatMap { index in
      [
        LayerDescription(
          "block\(index + 1).attention", .attentionBlock(heads: heads, dropout: dropout)),
        LayerDescription("block\(index + 1).mlp", .feedForwardBlock(dropout: dropout)),
      ]
    }
    let embed = LayerDescription(
      "embed", .tokenEmbedding(vocabulary: vocabulary, features: width, dropout: dropout))
    let head = LayerDescription(
      "head", .linear(features: vocabulary, bias: false, tiedTo: tied ? "embed" : nil))
    return [embed] + blocks + [LayerDescription("norm", .layerNorm()), head]
  }
}
