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
    let source = Unlabelled(samples: source, labelsPerSample: labels.reduce(1, *))
    return Dataset(
      input: input, labels: labels, classes: classes, loss: loss, train: source, test: source)
  }
}

/// Samples with as many class numbers as a loss reads: zeros, which mean nothing.
private struct Unlabelled: SampleSource {
  let samples: any SampleSource
  let labelsPerSample: Int

  var count: Int { samples.count }

  func write(
    inputs chosen: Span<Int>, epoch: Int, into memory: UnsafeMutableRawBufferPointer
  ) {
    samples.write(inputs: chosen, epoch: epoch, into: memory)
  }

  func write(
    classes chosen: Span<Int>, epoch: Int, into memory: UnsafeMutableBufferPointer<Int32>
  ) {
    for place in 0..<chosen.count * labelsPerSample { memory[place] = 0 }
  }

  func withContents(_ body: (UnsafeRawBufferPointer) -> Void) -> Bool {
    samples.withContents(body)
  }
}
