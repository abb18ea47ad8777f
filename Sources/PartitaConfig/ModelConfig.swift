package import PartitaKeys

/// What is trained: the `model` section.
public struct ModelConfig: Hashable, Sendable {
  /// The family that the model is of, with its measures.
  public enum Architecture: Hashable, Sendable {
    /// Linear layers with an activation between them.
    case mlp(MLPConfig)
    /// LeNet-5 for small images.
    case lenet(LeNetConfig)
    /// A decoder-only transformer of the GPT family.
    case gpt(GPTConfig)
    /// An explicit list of layers, in an order in which each layer follows its inputs.
    case layers([LayerConfig])
  }

  /// The model's layers.
  public let architecture: Architecture
  /// A safetensors file with the initial weights; nil means random ones, keyed by the seed.
  public let weights: String?

  enum Kind: String, CaseIterable {
    case mlp
    case lenet
    case gpt
    case layers
  }

  enum CodingKeys: String, CodingKey, CaseIterable {
    case kind
    case weights
    case layers
  }

  /// Reads the section; `context` is the length of a text's windows, where one is known.
  init(_ section: ConfigSection, context: Int?) throws(ConfigError) {
    let kind: Kind = try section.require(CodingKeys.kind, .choice())
    func allow(_ keys: [String]) throws(ConfigError) {
      try section.allow(["kind", "weights"] + keys, with: "kind: \(kind.rawValue)")
    }
    switch kind {
    case .mlp:
      try allow(names(of: MLPConfig.CodingKeys.self))
      architecture = .mlp(try MLPConfig(section))
    case .lenet:
      try allow(names(of: LeNetConfig.CodingKeys.self))
      architecture = .lenet(try LeNetConfig(section))
    case .gpt:
      try allow(names(of: GPTConfig.CodingKeys.self))
      architecture = .gpt(try GPTConfig(section, context: context))
    case .layers:
      try allow(["layers"])
      architecture = .layers(
        try LayerConfig.list(try section.sections(CodingKeys.layers)))
    }
    weights = try section.value(CodingKeys.weights, .text("a safetensors file"))
  }
}

extension ModelConfig: Encodable {
  /// Writes the keys that a configuration is read from.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch architecture {
    case .mlp(let mlp):
      try container.encode(Kind.mlp.rawValue, forKey: .kind)
      try mlp.encode(to: encoder)
    case .lenet(let lenet):
      try container.encode(Kind.lenet.rawValue, forKey: .kind)
      try lenet.encode(to: encoder)
    case .gpt(let gpt):
      try container.encode(Kind.gpt.rawValue, forKey: .kind)
      try gpt.encode(to: encoder)
    case .layers(let layers):
      try container.encode(Kind.layers.rawValue, forKey: .kind)
      try container.encode(layers, forKey: .layers)
    }
    try container.encodeIfPresent(weights, forKey: .weights)
  }
}

/// A function applied to each element.
public enum ActivationConfig: String, Hashable, Sendable, CaseIterable, Encodable {
  /// max(0, x).
  case relu
  /// 1 / (1 + exp(−x)).
  case sigmoid
  /// The hyperbolic tangent.
  case tanh
  /// x·Φ(x) with the exact normal distribution function, by erf.
  case gelu
}

/// How a window of an image becomes one value.
public enum PoolingConfig: String, Hashable, Sendable, CaseIterable, Encodable {
  /// The mean of the window.
  case average
  /// The largest value of the window.
  case max
}

/// The measures of a multilayer perceptron.
public struct MLPConfig: Hashable, Sendable, Encodable {
  /// Widths from the input to the output: two or more.
  public let widths: [Int]
  /// The activation after each layer but the last. Default: relu.
  public let activation: ActivationConfig
  /// Whether layers have biases. Default: true.
  public let bias: Bool
  /// The rate of dropout after each activation. Default: 0, which means none.
  public let dropout: Double

  enum CodingKeys: String, CodingKey, CaseIterable {
    case widths
    case activation
    case bias
    case dropout
  }

  package init(_ section: ConfigSection) throws(ConfigError) {
    widths = try section.require(CodingKeys.widths, .list(of: .integer(atLeast: 1), atLeast: 2))
    activation = try section.value(CodingKeys.activation, .choice()) ?? .relu
    bias = try section.value(CodingKeys.bias, .flag) ?? true
    dropout = try section.value(CodingKeys.dropout, .number(.rate)) ?? 0
  }
}

/// The choices of LeNet-5.
public struct LeNetConfig: Hashable, Sendable, Encodable {
  /// The activation after each layer but the last. Default: relu.
  public let activation: ActivationConfig
  /// The pooling after each convolution. Default: max.
  public let pooling: PoolingConfig

  enum CodingKeys: String, CodingKey, CaseIterable {
    case activation
    case pooling
  }

  init(_ section: ConfigSection) throws(ConfigError) {
    activation = try section.value(CodingKeys.activation, .choice()) ?? .relu
    pooling = try section.value(CodingKeys.pooling, .choice()) ?? .max
  }
}

/// The measures of a GPT.
public struct GPTConfig: Hashable, Sendable, Encodable {
  /// Blocks of attention and feed-forward layers.
  public let depth: Int
  /// Features of a token; a multiple of `heads`.
  public let width: Int
  /// Attention heads of a block.
  public let heads: Int
  /// The most tokens that the model sees at once. Default: the data's context.
  public let context: Int
  /// Whether the output layer shares the token embedding's weight. Default: false.
  public let tied: Bool
  /// The rate of dropout after the embedding, the attention and the feed-forward layer. Default: 0.
  public let dropout: Double
  /// Different tokens; nil means as many as the data has.
  public let vocabulary: Int?

  enum CodingKeys: String, CodingKey, CaseIterable {
    case depth
    case width
    case heads
    case context
    case tied
    case dropout
    case vocabulary
  }

  init(_ section: ConfigSection, context: Int?) throws(ConfigError) {
    depth = try section.require(CodingKeys.depth, .integer(atLeast: 1))
    width = try section.require(CodingKeys.width, .integer(atLeast: 1))
    heads = try section.require(CodingKeys.heads, .integer(atLeast: 1))
    guard let context else {
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
}
