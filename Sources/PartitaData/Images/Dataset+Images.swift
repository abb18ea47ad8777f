internal import PartitaFiles
internal import PartitaGraph

extension Dataset {
  /// Images of two parts; a byte of `white` is the value 1.
  ///
  /// - Parameters:
  ///   - train: what is trained on, and what pixels are normalised by.
  ///   - test: what is tested on.
  ///   - white: the byte of the value 1.
  ///   - classes: class numbers are below this.
  ///   - normalize: whether each channel gets mean 0 and variance 1 over `train`.
  ///   - loss: what labels are for.
  ///   - names: what the classes are called, where they have names.
  init(
    train: ImagePart, test: ImagePart, white: Double, classes: Int, normalize: Bool,
    loss: LossKind, names: [String]? = nil
  ) {
    let moments = normalize ? PixelMoments.perChannel(of: train, white: white) : nil
    let table =
      moments?.flatMap { pixelTable(white: white, $0) }
      ?? Array(
        repeatElement(pixelTable(white: white, nil), count: train.images.channels).joined())
    var normalisation: [(String, JSON)] = [("white", .number(white))]
    if let moments {
      func note(_ values: [Double]) -> JSON {
        values.count == 1 ? .number(values[0]) : .array(values.map { .number($0) })
      }
      normalisation += [
        ("mean", note(moments.map(\.mean))), ("deviation", note(moments.map(\.deviation))),
      ]
    }
    var notes = ["normalisation": "\(JSON(members: normalisation))"]
    notes["classes"] = names.map { "\(JSON.array($0.map { .string($0) }))" }
    self.init(
      input: SampleType(shape: train.images.shape, element: .float32), labels: [],
      classes: classes, loss: loss, train: Images(train, table: table),
      test: Images(test, table: table), notes: notes)
  }
}

extension DataDescription {
  /// Images of this shape, in so far as `selection` takes them.
  init(
    shape: [Int], classes: Int, _ selection: ImageSelection, loss: LossKind, trainCount: Int,
    testCount: Int
  ) {
    self.init(
      input: SampleType(shape: shape, element: .float32), labels: [], classes: classes,
      loss: loss, trainCount: min(trainCount, selection.trainSamples ?? trainCount),
      testCount: min(testCount, selection.testSamples ?? testCount))
  }
}
