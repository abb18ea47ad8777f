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

  /// Looks at the data of a configuration.
  public init(_ config: TrainingConfig) throws(DataError) {
    self = try Dataset(config.data, loss: config.objective.loss, seed: config.seed).description
  }

  init(
    input: SampleType, label: SampleType, classes: Int, trainCount: Int, testCount: Int
  ) {
    self.input = input
    self.label = label
    self.classes = classes
    self.trainCount = trainCount
    self.testCount = testCount
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
