public import PartitaGraph

/// What every rank must know of the data, also those that never read a sample.
public struct DataDescription: Hashable, Sendable {
  /// The type of an input.
  public let input: SampleType
  /// The type of a label.
  public let label: SampleType
  /// The number of classes; of a text, the size of its vocabulary.
  public let classes: Int
  /// Samples to train on in an epoch.
  public let trainCount: Int
  /// Samples to test on.
  public let testCount: Int

  /// Looks at data without loading samples: of images it reads the headers,
  /// of a text the characters, of synthetic data nothing.
  ///
  /// It equals the description of the loaded `Dataset`.
  public init(_ data: DataConfig, loss: LossKind) throws(DataError) {
    switch data {
    case .digits(let images):
      self = try .digits(images, loss: loss)
    case .fashionMNIST(let path, let images):
      self = try .fashionMNIST(path: path, images, loss: loss)
    case .text(let text):
      self = try .text(text, loss: loss)
    case .synthetic(let synthetic):
      self.init(
        input: synthetic.inputType, labels: synthetic.labelShape, classes: synthetic.classes,
        loss: loss, trainCount: synthetic.samples, testCount: synthetic.testSamples)
    }
  }

  /// A description whose labels are as `loss` wants them; `labels` is the shape of a sample's class
  /// numbers.
  init(
    input: SampleType, labels: [Int], classes: Int, loss: LossKind, trainCount: Int,
    testCount: Int
  ) {
    self.input = input
    label = .label(labels, classes: classes, loss: loss)
    self.classes = classes
    self.trainCount = trainCount
    self.testCount = testCount
  }
}

extension SampleType {
  /// The type of a label: class numbers for cross-entropy, vectors of zeros and a one for squared
  /// error.
  static func label(_ shape: [Int], classes: Int, loss: LossKind) -> SampleType {
    switch loss {
    case .crossEntropy: SampleType(shape: shape, element: .int32)
    case .squaredError: SampleType(shape: shape + [classes], element: .float32)
    }
  }
}

extension Dataset {
  /// What the data looks like.
  public var description: DataDescription {
    DataDescription(
      input: input, label: label, classes: classes, trainCount: train.count,
      testCount: test.count)
  }
}

extension DataDescription {
  /// The same data as if it had exactly these many samples to train on, and none to test: what a
  /// prediction of one step needs.
  package func asOneBatch(of samples: Int) -> DataDescription {
    DataDescription(
      input: input, label: label, classes: classes, trainCount: samples, testCount: 0)
  }

  fileprivate init(
    input: SampleType, label: SampleType, classes: Int, trainCount: Int, testCount: Int
  ) {
    self.input = input
    self.label = label
    self.classes = classes
    self.trainCount = trainCount
    self.testCount = testCount
  }
}
