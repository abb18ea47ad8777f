/// Embedding and positional embedding of tokens [T] in one, with dropout after them.
public struct TokenEmbeddingLayer: LayerKind {
  public static let name = "token-embedding"

  /// Rows of the table: different tokens.
  public let vocabulary: Int
  /// Features of a token.
  public let features: Int
  /// The rate of dropout.
  public let dropout: Double

  public var ownsWeight: Bool { true }

  public func build(
    _ name: String, on inputs: [ValueID], in network: inout NetworkBuilder
  ) throws(GraphError) -> ValueID {
    let table = try network.embeddingTable("\(name).token", rows: vocabulary, features: features)
    let tokens = try network.graph.append(Embedding(), inputs[0], table)
    let placed = try network.positionalEmbedding("\(name).position", tokens)
    return try network.dropout(name, placed, rate: dropout)
  }
}

/// x + drop(attention(norm(x))): the first half of a GPT block.
public struct AttentionBlockLayer: LayerKind {
  public static let name = "attention-block"

  /// Attention heads; they divide the features evenly.
  public let heads: Int
  /// The rate of dropout.
  public let dropout: Double

  public func build(
    _ name: String, on inputs: [ValueID], in network: inout NetworkBuilder
  ) throws(GraphError) -> ValueID {
    let norm = try network.layerNorm("\(name).norm", inputs[0])
    let y = try network.attention(name, norm, heads: heads)
    let dropped = try network.dropout(name, y, rate: dropout)
    return try network.graph.append(Add(), inputs[0], dropped)
  }
}

/// x + drop(down(gelu(up(norm(x))))): the second half of a GPT block.
public struct FeedForwardBlockLayer: LayerKind {
  public static let name = "feed-forward-block"

  /// The width inside, in widths of x.
  public let expansion: Int
  /// The rate of dropout.
  public let dropout: Double

  public func build(
    _ name: String, on inputs: [ValueID], in network: inout NetworkBuilder
  ) throws(GraphError) -> ValueID {
    let width = network.graph.type(of: inputs[0]).shape.last
    let norm = try network.layerNorm("\(name).norm", inputs[0])
    let up = try network.linear("\(name).up", norm, features: expansion * width)
    let down = try network.linear(
      "\(name).down", try network.graph.append(GELU(), up), features: width)
    let dropped = try network.dropout(name, down, rate: dropout)
    return try network.graph.append(Add(), inputs[0], dropped)
  }
}

extension LayerKind where Self == TokenEmbeddingLayer {
  /// Embedding and positional embedding of tokens [T] in one, with dropout after them.
  public static func tokenEmbedding(
    vocabulary: Int, features: Int, dropout: Double = 0
  ) -> TokenEmbeddingLayer {
    TokenEmbeddingLayer(vocabulary: vocabulary, features: features, dropout: dropout)
  }
}

extension LayerKind where Self == AttentionBlockLayer {
  /// x + drop(attention(norm(x))): the first half of a GPT block.
  public static func attentionBlock(heads: Int, dropout: Double = 0) -> AttentionBlockLayer {
    AttentionBlockLayer(heads: heads, dropout: dropout)
  }
}

extension LayerKind where Self == FeedForwardBlockLayer {
  /// x + drop(down(gelu(up(norm(x))))) with `expansion` times the width inside: the second half.
  public static func feedForwardBlock(
    expansion: Int = 4, dropout: Double = 0
  ) -> FeedForwardBlockLayer {
    FeedForwardBlockLayer(expansion: expansion, dropout: dropout)
  }
}
