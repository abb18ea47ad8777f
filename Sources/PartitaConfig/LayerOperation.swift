internal import PartitaKeys

/// What a layer of an explicit list computes, with its measures.
public enum LayerOperation: Hashable, Sendable {
  /// A linear map of the last axis.
  case linear(LinearConfig)
  /// A two-dimensional convolution of channels, rows and columns.
  case conv2d(ConvolutionConfig)
  /// The mean or the largest value of each window.
  case pool(PoolingConfig, WindowConfig)
  /// A function of each element.
  case activation(ActivationConfig)
  /// The sum of its inputs.
  case add
  /// The product of its inputs, element by element.
  case multiply
  /// All axes of a sample made one.
  case flatten
  /// The same elements under another per-sample shape.
  case reshape(shape: [Int])
  /// Axes of a sample in another order; axis 0 is the first after the batch.
  case transpose(axes: [Int])
  /// Elements set to zero at random while training, the others scaled to keep the mean.
  case dropout(rate: Double)
  /// Mean 0 and variance 1 over the last axis, then a learned scale and shift.
  case layerNorm(epsilon: Double)
  /// A table's row for each token; `vocabulary` nil means as many as the data has.
  case embedding(vocabulary: Int?, features: Int)
  /// A learned vector added at each position.
  case positionalEmbedding
  /// Causal multi-head attention with its projections.
  case attention(heads: Int)

  package enum Kind: String, CaseIterable {
    case linear
    case conv2d
    case averagePool = "average-pool"
    case maxPool = "max-pool"
    case relu
    case sigmoid
    case tanh
    case gelu
    case add
    case multiply
    case flatten
    case reshape
    case transpose
    case dropout
    case layerNorm = "layer-norm"
    case embedding
    case positionalEmbedding = "positional-embedding"
    case attention

    var takesSeveralInputs: Bool { self == .add || self == .multiply }

    /// The keys that measure this kind.
    var keys: [any CodingKey] {
      switch self {
      case .linear: LinearConfig.CodingKeys.allCases
      case .conv2d: ConvolutionConfig.CodingKeys.allCases
      case .averagePool, .maxPool: WindowConfig.CodingKeys.allCases
      case .reshape: [Measure.shape]
      case .transpose: [Measure.axes]
      case .dropout: [Measure.rate]
      case .layerNorm: [Measure.epsilon]
      case .embedding: [Measure.vocabulary, Measure.features]
      case .attention: [Measure.heads]
      case .relu, .sigmoid, .tanh, .gelu, .add, .multiply, .flatten, .positionalEmbedding: []
      }
    }
  }

  /// The keys of the kinds that have one or two.
  enum Measure: String, CodingKey {
    case shape
    case axes
    case rate
    case epsilon
    case vocabulary
    case features
    case heads
  }

  init(_ kind: Kind, _ section: ConfigSection) throws(ConfigError) {
    switch kind {
    case .linear: self = .linear(try LinearConfig(section))
    case .conv2d: self = .conv2d(try ConvolutionConfig(section))
    case .averagePool: self = .pool(.average, try WindowConfig(section))
    case .maxPool: self = .pool(.max, try WindowConfig(section))
    case .relu: self = .activation(.relu)
    case .sigmoid: self = .activation(.sigmoid)
    case .tanh: self = .activation(.tanh)
    case .gelu: self = .activation(.gelu)
    case .add: self = .add
    case .multiply: self = .multiply
    case .flatten: self = .flatten
    case .reshape:
      let form = ConfigForm.list(of: .integer(atLeast: 1), atLeast: 1)
      self = .reshape(shape: try section.require(Measure.shape, form))
    case .transpose:
      let form = ConfigForm.list(of: .integer(atLeast: 0), atLeast: 1)
      let axes = try section.require(Measure.axes, form)
      guard axes.sorted() == Array(axes.indices) else {
        throw section.conflict(
          Measure.axes, "\(axes) is no order of the axes 0 to \(axes.count - 1), each once")
      }
      self = .transpose(axes: axes)
    case .dropout: self = .dropout(rate: try section.require(Measure.rate, .number(.rate)))
    case .layerNorm:
      self = .layerNorm(
        epsilon: try section.value(Measure.epsilon, .number(.positive)) ?? 1e-5)
    case .embedding:
      self = .embedding(
        vocabulary: try section.value(Measure.vocabulary, .integer(atLeast: 1)),
        features: try section.require(Measure.features, .integer(atLeast: 1)))
    case .positionalEmbedding: self = .positionalEmbedding
    case .attention:
      self = .attention(heads: try section.require(Measure.heads, .integer(atLeast: 1)))
    }
  }

  /// Whether other layers can share this layer's weight.
  var ownsWeight: Bool {
    switch self {
    case .linear(let linear): linear.tied == nil
    case .embedding: true
    default: false
    }
  }
}

extension LayerOperation {
  package var kind: Kind {
    switch self {
    case .linear: .linear
    case .conv2d: .conv2d
    case .pool(.average, _): .averagePool
    case .pool(.max, _): .maxPool
    case .activation(.relu): .relu
    case .activation(.sigmoid): .sigmoid
    case .activation(.tanh): .tanh
    case .activation(.gelu): .gelu
    case .add: .add
    case .multiply: .multiply
    case .flatten: .flatten
    case .reshape: .reshape
    case .transpose: .transpose
    case .dropout: .dropout
    case .layerNorm: .layerNorm
    case .embedding: .embedding
    case .positionalEmbedding: .positionalEmbedding
    case .attention: .attention
    }
  }

  func encodeMeasures(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Measure.self)
    switch self {
    case .linear(let linear): try linear.encode(to: encoder)
    case .conv2d(let convolution): try convolution.encode(to: encoder)
    case .pool(_, let window): try window.encode(to: encoder)
    case .reshape(let shape): try container.encode(shape, forKey: .shape)
    case .transpose(let axes): try container.encode(axes, forKey: .axes)
    case .dropout(let rate): try container.encode(rate, forKey: .rate)
    case .layerNorm(let epsilon): try container.encode(epsilon, forKey: .epsilon)
    case .embedding(let vocabulary, let features):
      try container.encodeIfPresent(vocabulary, forKey: .vocabulary)
      try container.encode(features, forKey: .features)
    case .attention(let heads): try container.encode(heads, forKey: .heads)
    case .activation, .add, .multiply, .flatten, .positionalEmbedding: break
    }
  }
}
