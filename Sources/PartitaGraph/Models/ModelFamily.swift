public import PartitaKeys

/// A way to describe a network by a few measures, as `mlp` or `gpt`; a file a family.
///
/// A family is a pure value that becomes a list of layers. As an `Encodable` it writes its keys as
/// a configuration has them.
public protocol ModelFamily: Hashable, Sendable, Encodable, ConfigChoice {
  /// Whether samples are token numbers (true) or real values (false); nil where both will do.
  static var readsTokens: Bool? { get }

  /// Reads the measures; that there are no keys but those described is known.
  /// - Throws: `ConfigError` that points at the key.
  init(_ section: ConfigSection, _ surroundings: ModelSurroundings) throws(ConfigError)

  /// The shape in which the network reads a sample of the data; by default as the data has it.
  func inputShape(of sample: Shape) -> Shape

  /// The layers for some data, first of all checked against it.
  /// - Throws: `GraphError.model`, in a configuration's words, where the data doesn't fit.
  func layers(for data: ModelData) throws(GraphError) -> [LayerDescription]

  /// What a deeper network of the same kind has more of; nil, as by default, where nothing repeats.
  var depthMeasure: ModelDepth? { get }

  /// Why the network can be planned and not run; nil, as by default, where it can.
  var onPaper: String? { get }

  /// The weights that the network brings along, by the names of parameters; none by default: those
  /// that aren't named start at random.
  /// - Throws: `GraphError.model` where they can't be read any more.
  func initialWeights() throws(GraphError) -> [InitialWeight]
}

/// The first values of a parameter.
public struct InitialWeight: Hashable, Sendable {
  /// The parameter's name.
  public let name: String
  /// Its extents, slowest first.
  public let shape: [Int]
  /// Its values, as many as the extents' product.
  public let values: [Float]

  /// Values of a parameter.
  public init(name: String, shape: [Int], values: [Float]) {
    self.name = name
    self.shape = shape
    self.values = values
  }
}

extension ModelFamily {
  public static var readsTokens: Bool? { nil }
  public func inputShape(of sample: Shape) -> Shape { sample }
  public var depthMeasure: ModelDepth? { nil }
  public var onPaper: String? { nil }
  public func initialWeights() throws(GraphError) -> [InitialWeight] { [] }
}

/// What the reader of a model may need of the rest of a configuration.
public struct ModelSurroundings: Sendable {
  /// Tokens of a sample, where the data or the model says so; they agree where both do.
  public let context: Int?
  /// The kinds of layers to choose among.
  public let layers: LayerCatalogue

  /// By default no context is known, and the layers are those of this package.
  public init(context: Int? = nil, layers: LayerCatalogue = .standard) {
    self.context = context
    self.layers = layers
  }
}

/// What a model must know of the data.
public struct ModelData: Hashable, Sendable {
  /// What configurations call the data.
  public let name: String
  /// The shape of a sample.
  public let sample: Shape
  /// The classes of the labels; of a text the different tokens.
  public let classes: Int

  /// `name` is for errors alone.
  public init(name: String, sample: Shape, classes: Int) {
    self.name = name
    self.sample = sample
    self.classes = classes
  }

  /// The shape of a sample as "1 x 28 x 28".
  var sampleWords: String {
    sample.rank == 0 ? "1" : sample.extents.map(String.init).joined(separator: " x ")
  }
}
