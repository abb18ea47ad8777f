/// One layer of a network: a name, what it computes, and whose results it reads.
///
/// A network is a list of these, whatever it was written as: a family such as `mlp`, or layers one
/// by one.
public struct LayerDescription: Hashable, Sendable, Codable {
  /// The name by which cuts, parameters and other layers speak of it.
  public let name: String
  /// What it computes.
  public let kind: LayerKind
  /// The layers read, `input` being the data; empty for the layer just before.
  public let inputs: [String]

  /// The name that stands for the data.
  public static let dataName = "input"

  /// Describes a layer.
  public init(_ name: String, _ kind: LayerKind, inputs: [String] = []) {
    self.name = name
    self.kind = kind
    self.inputs = inputs
  }
}

/// A function of each element.
public enum Activation: String, Hashable, Sendable, Codable, CaseIterable {
  /// max(x, 0).
  case relu
  /// 1 / (1 + e^-x).
  case sigmoid
  /// tanh x.
  case tanh
  /// x·Φ(x), by erf.
  case gelu
}

/// What a layer computes.
public enum LayerKind: Hashable, Sendable, Codable {
  /// x·Wᵀ + b along the innermost axis; *tied*: W is another layer's weight, and features may be
  /// nil.
  case linear(
    features: Int?, bias: Bool = true, activation: Activation? = nil, tiedTo: String? = nil)
  /// A convolution of [C, H, W] with square kernels.
  case convolution(
    channels: Int, kernel: Int, stride: Int = 1, padding: Int = 0, bias: Bool = true,
    activation: Activation? = nil)
  /// The mean of each window of [C, H, W].
  case averagePool(kernel: Int, stride: Int, padding: Int = 0)
  /// The largest element of each window of [C, H, W].
  case maxPool(kernel: Int, stride: Int, padding: Int = 0)
  /// A function of each element.
  case activation(Activation)
  /// The sum of two or more layers.
  case add
  /// The product of two or more layers, element by element.
  case multiply
  /// All axes of a sample as one.
  case flatten
  /// The same elements under another shape.
  case reshape(Shape)
  /// Axis i of the result is axis `order[i]` of what is read.
  case transpose([Int])
  /// A share of the elements set to zero while training.
  case dropout(rate: Double)
  /// The innermost axis with mean 0 and variance 1, then scaled and shifted.
  case layerNorm(epsilon: Double = 1e-5)
  /// The rows of a table [vocabulary, features] that tokens name.
  case embedding(vocabulary: Int, features: Int)
  /// A learned [T, d] added to each sample.
  case positionalEmbedding
  /// Embedding and positional embedding of tokens [T] in one, with dropout after them.
  case tokenEmbedding(vocabulary: Int, features: Int, dropout: Double = 0)
  /// Queries, keys and values by one linear map, causal attention, a linear map of its result.
  case attention(heads: Int)
  /// x + drop(attention(norm(x))): the first half of a GPT block.
  case attentionBlock(heads: Int, dropout: Double = 0)
  /// x + drop(down(gelu(up(norm(x))))) with `expansion` times the width inside: the second half.
  case feedForwardBlock(expansion: Int = 4, dropout: Double = 0)

  /// Whether several layers are read.
  var takesSeveralInputs: Bool { self == .add || self == .multiply }
}

/// What a network is built for.
public enum NetworkMode: Hashable, Sendable {
  /// Dropout drops.
  case training
  /// Dropout passes on what it reads.
  case prediction
}
