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
  /// Whether this is made up for the prediction of a step, in which nothing is judged.
  package let isOfOneStep: Bool

  /// A description whose labels are as `loss` wants them.
  /// - Parameters:
  ///   - input: the type of an input.
  ///   - labels: the shape of a sample's class numbers; empty where it has one.
  ///   - classes: class numbers are below this.
  ///   - loss: what labels are for.
  ///   - trainCount: samples to train on in an epoch.
  ///   - testCount: samples to test on.
  public init(
    input: SampleType, labels: [Int], classes: Int, loss: LossKind, trainCount: Int,
    testCount: Int
  ) {
    self.input = input
    label = .label(labels, classes: classes, loss: loss)
    self.classes = classes
    self.trainCount = trainCount
    self.testCount = testCount
    isOfOneStep = false
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
      input: input, label: label, classes: classes, trainCount: samples, testCount: 0,
      isOfOneStep: true)
  }

  fileprivate init(
    input: SampleType, label: SampleType, classes: Int, trainCount: Int, testCount: Int,
    isOfOneStep: Bool = false
  ) {
    self.input = input
    self.label = label
    self.classes = classes
    self.trainCount = trainCount
    self.testCount = testCount
    self.isOfOneStep = isOfOneStep
  }
}
