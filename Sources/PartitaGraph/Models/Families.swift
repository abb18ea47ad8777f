/// How a window of an image becomes one number.
public enum Pooling: String, Hashable, Sendable, Codable, CaseIterable {
  /// The mean of the window.
  case average
  /// The largest element of the window.
  case max
}

extension [LayerDescription] {
  /// A multilayer perceptron of flat samples [widths[0]]: `linear1`, `linear2`, ...
  ///
  /// Every layer but the last has the activation; with a rate above 0 `dropout1`, ... follow it.
  public static func mlp(
    widths: [Int], activation: Activation, bias: Bool = true, dropout: Double = 0
  ) -> [LayerDescription] {
    let outputs = widths.dropFirst()
    return outputs.enumerated().flatMap { index, features -> [LayerDescription] in
      let isLast = index == outputs.count - 1
      let linear = LayerDescription(
        "linear\(index + 1)",
        .linear(features: features, bias: bias, activation: isLast ? nil : activation))
      let drop = LayerDescription("dropout\(index + 1)", .dropout(rate: dropout))
      return isLast || dropout == 0 ? [linear] : [linear, drop]
    }
  }

  /// LeNet-5 for images [1, 28, 28] (LeCun et al. 1998, figure 2, as the textbooks simplify it).
  public static func lenet(activation: Activation, pooling: Pooling, classes: Int)
    -> [LayerDescription]
  {
    let pool: LayerKind =
      pooling == .max ? .maxPool(kernel: 2, stride: 2) : .averagePool(kernel: 2, stride: 2)
    return [
      LayerDescription(
        "conv1", .convolution(channels: 6, kernel: 5, padding: 2, activation: activation)),
      LayerDescription("pool1", pool),
      LayerDescription("conv2", .convolution(channels: 16, kernel: 5, activation: activation)),
      LayerDescription("pool2", pool),
      LayerDescription("flatten", .flatten),
      LayerDescription("linear1", .linear(features: 120, activation: activation)),
      LayerDescription("linear2", .linear(features: 84, activation: activation)),
      LayerDescription("linear3", .linear(features: classes)),
    ]
  }

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
