internal import PartitaFiles
internal import PartitaGraph

/// The pair `prefix-images-idx3-ubyte.gz`, `prefix-labels-idx1-ubyte.gz` of a folder.
struct ImageFiles {
  let folder: String
  let prefix: String

  var images: String { "\(folder)/\(prefix)-images-idx3-ubyte.gz" }
  private var labels: String { "\(folder)/\(prefix)-labels-idx1-ubyte.gz" }

  /// Images, rows and columns, by the header.
  /// - Throws: `DataError` for a file that is missing or no IDX file of images.
  func extents() throws(DataError) -> [Int] { try IDXHeader(images, dimensions: 3).extents }

  /// All images with their class numbers, which are below `classes`.
  /// - Throws: `DataError` for files that are missing, damaged, or don't fit each other.
  func load(classes: Int) throws(DataError) -> LabelledImages {
    try LabelledImages(
      IDXFile(images, dimensions: 3), IDXFile(labels, dimensions: 1), classes: classes,
      labelsName: labels)
  }
}

extension Dataset {
  /// Images of which the ranges are trained and tested on, in so far as `selection` takes them;
  /// a byte of `white` is the value 1.
  init(
    training: (images: LabelledImages, range: Range<Int>),
    test: (images: LabelledImages, range: Range<Int>), white: Double, classes: Int,
    _ selection: ImageSelection, loss: LossKind
  ) {
    let images = training.images
    let pixels = images.rows * images.columns
    let range = training.range.prefix(selection.trainSamples ?? training.range.count)
    let bytes = images.bytes[(range.startIndex * pixels)..<(range.endIndex * pixels)]
    let moments = selection.normalize ? PixelMoments(of: bytes, white: white) : nil
    let table = pixelTable(white: white, moments)
    var normalisation: [(String, JSON)] = [("white", .number(white))]
    if let moments {
      normalisation += [("mean", .number(moments.mean)), ("deviation", .number(moments.deviation))]
    }
    self.init(
      input: SampleType(shape: [1, images.rows, images.columns], element: .float32),
      labels: [], classes: classes, loss: loss,
      train: images.images(in: training.range, limit: selection.trainSamples, table: table),
      test: test.images.images(in: test.range, limit: selection.testSamples, table: table),
      notes: ["normalisation": "\(JSON(members: normalisation))"])
  }
}

extension DataDescription {
  /// Images of these rows and columns, in so far as `selection` takes them.
  init(
    rows: Int, columns: Int, classes: Int, _ selection: ImageSelection, loss: LossKind,
    trainCount: Int, testCount: Int
  ) {
    self.init(
      input: SampleType(shape: [1, rows, columns], element: .float32), labels: [],
      classes: classes, loss: loss,
      trainCount: min(trainCount, selection.trainSamples ?? trainCount),
      testCount: min(testCount, selection.testSamples ?? testCount))
  }
}
