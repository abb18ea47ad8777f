public import PartitaGraph

/// What a model learns from: samples to train on and samples to test on.
public struct Dataset: Sendable {
  /// One part of a dataset.
  public struct Split: Sendable {
    /// The samples themselves.
    package let source: any SampleSource
    /// The number of classes where labels are vectors, nil where they are class numbers.
    let oneHotClasses: Int?
    /// Labels of a sample.
    let labelsPerSample: Int

    package init(source: any SampleSource, oneHotClasses: Int?, labelsPerSample: Int) {
      self.source = source
      self.oneHotClasses = oneHotClasses
      self.labelsPerSample = labelsPerSample
    }

    /// The number of samples in an epoch.
    public var count: Int { source.count }

    /// Writes the inputs of `samples`, one behind the other. `epoch`, counted from 0, moves the
    /// windows of a text and nothing else. Allocates nothing.
    public func write(
      inputs samples: Span<Int>, epoch: Int, into memory: UnsafeMutableRawBufferPointer
    ) {
      source.write(inputs: samples, epoch: epoch, into: memory)
    }

    /// Writes the labels of `samples`, one behind the other. Allocates nothing.
    public func write(
      labels samples: Span<Int>, epoch: Int, into memory: UnsafeMutableRawBufferPointer
    ) {
      source.write(classes: samples, epoch: epoch, into: memory.bindMemory(to: Int32.self))
      if let classes = oneHotClasses {
        spread(count: samples.count * labelsPerSample, classes: classes, in: memory)
      }
    }

    /// The class numbers of some samples, in the first epoch.
    public func classes(of samples: Range<Int>) -> [Int32] {
      let places = Array(samples)
      let count = places.count * labelsPerSample
      return [Int32](unsafeUninitializedCapacity: count) { memory, initializedCount in
        memory.initialize(repeating: 0)
        source.write(classes: places.span, epoch: 0, into: memory)
        initializedCount = count
      }
    }

    /// Turns the class numbers at the start of `memory` into rows of zeros and a one, in place:
    /// from the last, as a row never reaches back to a number that is still to be read.
    private func spread(count: Int, classes: Int, in memory: UnsafeMutableRawBufferPointer) {
      for index in (0..<count).reversed() {
        let label = memory.loadUnaligned(fromByteOffset: 4 * index, as: Int32.self)
        let row = memory[(4 * classes * index)..<(4 * classes * (index + 1))]
        let values = UnsafeMutableRawBufferPointer(rebasing: row).bindMemory(to: Float.self)
        values.update(repeating: 0)
        values[Int(label)] = 1
      }
    }
  }

  /// The type of an input.
  public let input: SampleType
  /// The type of a label.
  public let label: SampleType
  /// The number of classes; of a text, the size of its vocabulary.
  public let classes: Int
  /// What is trained on.
  public let train: Split
  /// What is tested on, in its own order.
  public let test: Split
  /// What a prediction must know of how inputs were made: notes by name, as a vocabulary.
  public let notes: [String: String]

  /// Samples with labels as `loss` wants them: class numbers for cross-entropy, vectors of zeros and
  /// a one for squared error.
  /// - Parameters:
  ///   - input: the type of an input.
  ///   - labels: the shape of a sample's class numbers; empty where it has one.
  ///   - classes: class numbers are below this.
  ///   - loss: what labels are for.
  ///   - train: what is trained on.
  ///   - test: what is tested on.
  ///   - notes: what a prediction must know of how inputs were made.
  public init(
    input: SampleType, labels: [Int], classes: Int, loss: LossKind, train: any SampleSource,
    test: any SampleSource, notes: [String: String] = [:]
  ) {
    self.notes = notes
    self.input = input
    self.classes = classes
    label = .label(labels, classes: classes, loss: loss)
    func split(_ source: any SampleSource) -> Split {
      Split(
        source: source, oneHotClasses: loss == .squaredError ? classes : nil,
        labelsPerSample: labels.reduce(1, *))
    }
    self.train = split(train)
    self.test = split(test)
  }
}
