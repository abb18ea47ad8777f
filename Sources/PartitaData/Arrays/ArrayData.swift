internal import PartitaFiles
internal import PartitaGraph

/// Arrays to train and to test on, and what is made of them.
struct ArrayData {
  private let training: LabelledArrays
  /// Nil where a part of the training arrays is tested on.
  private let test: LabelledArrays?
  private let selection: ArraySelection
  private let split: SampleSplit

  /// Checks the arrays against each other.
  /// - Throws: `DataError.malformed` for samples of different shapes, or too few of them.
  init(
    training: LabelledArrays, test: LabelledArrays?, _ selection: ArraySelection,
    _ split: SampleSplit
  ) throws(DataError) {
    if let test {
      for (one, other) in [(training.inputs, test.inputs), (training.labels, test.labels)]
      where one.sampleShape != other.sampleShape {
        throw .malformed(
          file: other.name,
          problem: "a sample has the shape \(other.sampleShape), and one of \(one.name) "
            + "\(one.sampleShape)")
      }
    } else if training.inputs.count < 2 {
      throw .malformed(
        file: training.inputs.name,
        problem: "one sample can't be parted into training and test; give arrays to test on")
    }
    self.training = training
    self.test = test
    self.selection = selection
    self.split = split
  }

  private var input: SampleType {
    SampleType(
      shape: training.inputs.sampleShape, element: selection.tokens ? .int32 : .float32)
  }

  private var classes: Int { max(training.classes, test?.classes ?? 1) }

  /// What the data looks like.
  func describe(loss: LossKind) -> DataDescription {
    let parts = parts(scaling: nil)
    return DataDescription(
      input: input, labels: training.labelShape, classes: classes, loss: loss,
      trainCount: parts.train.count, testCount: parts.test.count)
  }

  /// The samples; nothing is read yet but for what normalisation needs.
  /// - Throws: `DataError.malformed` for inputs that have no mean.
  func load(loss: LossKind) throws(DataError) -> Dataset {
    var scaling = selection.tokens ? nil : ArrayScaling(scale: selection.scale)
    if selection.normalize {
      scaling = try ArrayScaling(scale: selection.scale, over: parts(scaling: nil).train)
    }
    let parts = parts(scaling: scaling)
    var notes: [String: String] = [:]
    if let scaling {
      var words: [(String, JSON)] = [("scale", .number(scaling.scale))]
      if selection.normalize {
        words += [("mean", .number(scaling.mean)), ("deviation", .number(scaling.deviation))]
      }
      notes["normalisation"] = "\(JSON(members: words))"
    }
    return Dataset(
      input: input, labels: training.labelShape, classes: classes, loss: loss,
      train: parts.train, test: parts.test, notes: notes)
  }

  private func parts(scaling: ArrayScaling?) -> (train: ArraySamples, test: ArraySamples) {
    let parts = test == nil ? split.parts(of: training.inputs.count) : nil
    return (
      ArraySamples(
        training, chosen: parts?.train, limit: selection.trainSamples, scaling: scaling),
      ArraySamples(
        test ?? training, chosen: parts?.test, limit: selection.testSamples, scaling: scaling)
    )
  }
}
