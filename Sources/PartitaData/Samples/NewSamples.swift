public import PartitaGraph

/// Samples that a trained network is asked about: inputs without labels, made as those were that it was
/// trained on.
public struct NewSamples: Sendable {
  /// The type of an input.
  public let input: SampleType
  /// What the samples are called, one for each.
  public let names: [String]
  /// The samples; their class numbers mean nothing.
  package let source: any SampleSource

  package init(input: SampleType, names: [String], source: any SampleSource) {
    self.input = input
    self.names = names
    self.source = source
  }

  /// The number of samples.
  public var count: Int { names.count }

  /// A data set that has nothing but these samples, to test on.
  ///
  /// - Parameters:
  ///   - labels: the shape of a sample's class numbers; empty where it has one.
  ///   - classes: the classes that the network knows.
  ///   - loss: what it was trained for.
  public func dataset(labels: [Int], classes: Int, loss: LossKind) -> Dataset {
    Dataset(
      input: input, labels: labels, classes: classes, loss: loss, train: source, test: source)
  }
}
