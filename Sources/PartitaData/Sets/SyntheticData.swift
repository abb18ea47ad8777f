public import PartitaGraph
public import PartitaKeys

/// Random numbers of any shape, for benchmarks and tests: normal inputs or random tokens, and random
/// labels. There is nothing to learn but by heart.
public struct SyntheticData: DataSource {
  public static let name = "synthetic"
  public static let summary = "random numbers of any shape, for benchmarks and tests"
  public static let keys = [
    KeyDescription(
      "samples", type: "whole number from 1", standard: nil, meaning: "samples to train on"),
    KeyDescription(
      "test_samples", type: "whole number from 1", standard: "as `samples`",
      meaning: "samples to test on"),
    KeyDescription(
      "features", type: "whole number from 1", standard: "-",
      meaning: "a sample is a vector of so many normal numbers"),
    KeyDescription(
      "shape", type: "list of whole numbers", standard: "-", meaning: "or an array of this shape"),
    KeyDescription(
      "context", type: "whole number from 1", standard: "`model.context`",
      meaning: "or so many token numbers; data and model must agree"),
    KeyDescription(
      "classes", type: "whole number from 1", standard: nil,
      meaning: "classes of the labels; of tokens, the vocabulary"),
    KeyDescription(
      "labels", type: "list of whole numbers", standard: "one; of tokens, one each",
      meaning: "a sample has an array of labels of this shape"),
  ]

  /// What a sample's input is made of.
  enum Input: Hashable, Sendable {
    /// Normal numbers of this per-sample shape (`shape: [1, 28, 28]`, or `features: 784`).
    case values(shape: [Int])
    /// So many token numbers below `classes` (`context: 128`); each has a label of its own.
    case tokens(context: Int)
  }

  /// The samples to train on.
  private(set) var samples: Int
  /// The samples to test on. Default: as many as to train on.
  private let testSamples: Int
  /// A sample's input.
  let input: Input
  /// The number of classes that labels are drawn from; of tokens, the vocabulary too.
  let classes: Int
  /// The shape of a sample's class numbers: one number, or one for each token, or as asked for.
  let labelShape: [Int]

  private enum CodingKeys: String, CodingKey {
    case samples
    case testSamples = "test_samples"
    case features
    case shape
    case context
    case classes
    case labels
  }

  public init(reading section: ConfigSection, context: Int?) throws(ConfigError) {
    samples = try section.require(CodingKeys.samples, .integer(atLeast: 1))
    testSamples = try section.value(CodingKeys.testSamples, .integer(atLeast: 1)) ?? samples
    classes = try section.require(CodingKeys.classes, .integer(atLeast: 1))
    let features = try section.value(CodingKeys.features, .integer(atLeast: 1))
    let shape = try section.value(
      CodingKeys.shape, .list(of: .integer(atLeast: 1), atLeast: 1))
    if let shape, Shape(shape).count > Graph.elementLimit {
      throw section.conflict(
        CodingKeys.shape,
        "a sample of this shape has more than \(Graph.elementLimit) numbers, the most there may be")
    }
    switch (features, shape, section.has(CodingKeys.context)) {
    case (let features?, nil, false): input = .values(shape: [features])
    case (nil, let shape?, false): input = .values(shape: shape)
    case (nil, nil, _):
      guard let context else {
        throw section.missing(
          CodingKeys.features, expected: "a whole number; or give shape, or context for tokens")
      }
      input = .tokens(context: context)
    default:
      throw section.conflict(
        features == nil ? CodingKeys.shape : .features,
        "an input has one of features, shape and context; remove the others")
    }
    let labels = try section.value(CodingKeys.labels, .list(of: .integer(atLeast: 1), atLeast: 1))
    switch input {
    case .values: labelShape = labels ?? []
    case .tokens(let context):
      guard labels == nil else {
        throw section.conflict(CodingKeys.labels, "each token has a label of its own; remove it")
      }
      labelShape = [context]
    }
    if Shape(labelShape).count > Graph.elementLimit {
      throw section.conflict(
        CodingKeys.labels,
        "a sample has more than \(Graph.elementLimit) labels, the most there may be")
    }
  }

  /// Samples of arrays, as they are: there is nothing that they could be made like.
  /// - Throws: `DataError` for files that are no arrays.
  public func newSamples(
    in paths: [String], notes: [String: String]
  ) throws(DataError) -> NewSamples {
    try NewSamples(arraysOf: paths, notes: ["normalisation": #"{"scale": 1}"#])
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(samples, forKey: .samples)
    try container.encode(testSamples, forKey: .testSamples)
    switch input {
    case .values(let shape):
      try container.encode(shape, forKey: .shape)
      if !labelShape.isEmpty { try container.encode(labelShape, forKey: .labels) }
    case .tokens(let context): try container.encode(context, forKey: .context)
    }
    try container.encode(classes, forKey: .classes)
  }

  public var isTokens: Bool {
    if case .tokens = input { true } else { false }
  }

  public func describe(loss: LossKind) throws(DataError) -> DataDescription {
    DataDescription(
      input: inputType, labels: labelShape, classes: classes, loss: loss, trainCount: samples,
      testCount: testSamples)
  }

  // All samples are kept in memory: what has no room there is refused before any is drawn.
  public func load(loss: LossKind, seed: UInt64) throws(DataError) -> Dataset {
    let perSample = Int.sum(inputType.byteCount, .product(4, Shape(labelShape).count))
    let bytes = Int.product(.sum(samples, testSamples), perSample)
    let memory = availableMemoryBytes()
    guard bytes <= memory else {
      throw .noRoom(
        what: "data.samples: \(samples + testSamples) samples to train and to test on",
        bytes: bytes,
        memory: memory)
    }
    return Dataset(
      input: inputType, labels: labelShape, classes: classes, loss: loss,
      train: SyntheticSamples(self, count: samples, part: "training", seed: seed),
      test: SyntheticSamples(self, count: testSamples, part: "test", seed: seed))
  }

  // The samples to test on stay as many as they are.
  public func holding(atLeast samples: Int) -> SyntheticData {
    var data = self
    data.samples = max(data.samples, samples)
    return data
  }

  private var inputType: SampleType {
    switch input {
    case .values(let shape): SampleType(shape: shape, element: .float32)
    case .tokens(let context): SampleType(shape: [context], element: .int32)
    }
  }
}
