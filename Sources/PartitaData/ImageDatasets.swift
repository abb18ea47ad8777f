import Foundation
internal import PartitaGraph

extension Dataset {
  /// The embedded digits: pixels divided by 16, the first 1,500 images of the file to train and
  /// the last 297 to test.
  ///
  /// The set has no split of its own; this one keeps writers apart and so is harder than a
  /// shuffled one. Source: Alpaydin, Kaynak (1998), UCI, doi 10.24432/C50P49, CC BY 4.0.
  static func digits(
    _ config: ImageDataConfig, loss: LossKind
  ) throws(DataError) -> Dataset {
    let all = try ImageFiles.digits.load()
    return Dataset(
      name: "digits", training: (all, 0..<trainingDigits),
      test: (all, trainingDigits..<all.labels.count), white: 16, config: config, loss: loss)
  }

  /// Fashion-MNIST: pixels divided by 255, 60,000 images to train and 10,000 to test, as published.
  ///
  /// Source: Xiao, Rasul, Vollgraf (2017), "Fashion-MNIST: a Novel Image Dataset for Benchmarking
  /// Machine Learning Algorithms".
  static func fashionMNIST(
    path: String?, _ config: ImageDataConfig, loss: LossKind
  ) throws(DataError) -> Dataset {
    _ = try DataDescription.fashionMNIST(path: path, config, loss: loss)
    let files = ImageFiles.fashionMNIST(path)
    let training = try files.training.load()
    let test = try files.test.load()
    return Dataset(
      name: "fashion-mnist", training: (training, 0..<training.labels.count),
      test: (test, 0..<test.labels.count), white: 255, config: config, loss: loss)
  }

  private init(
    name: String, training: (images: LabelledImages, range: Range<Int>),
    test: (images: LabelledImages, range: Range<Int>), white: Double,
    config: ImageDataConfig, loss: LossKind
  ) {
    let images = training.images
    let pixels = images.rows * images.columns
    let range = training.range.prefix(config.trainSamples ?? training.range.count)
    let bytes = images.bytes[(range.startIndex * pixels)..<(range.endIndex * pixels)]
    let table = pixelTable(white: white, normalizing: config.normalize ? bytes : nil)
    self.init(
      name: name,
      input: SampleType(shape: [1, images.rows, images.columns], element: .float32),
      labels: [], classes: imageClasses, loss: loss,
      train: images.images(in: training.range, limit: config.trainSamples, table: table),
      test: test.images.images(in: test.range, limit: config.testSamples, table: table))
  }
}

extension DataDescription {
  /// What the digits look like, by the header of their images.
  static func digits(
    _ config: ImageDataConfig, loss: LossKind
  ) throws(DataError) -> DataDescription {
    let extents = try ImageFiles.digits.extents()
    return DataDescription(
      image: extents, config, loss: loss, trainCount: trainingDigits,
      testCount: extents[0] - trainingDigits)
  }

  /// What Fashion-MNIST looks like, by the headers of its images.
  static func fashionMNIST(
    path: String?, _ config: ImageDataConfig, loss: LossKind
  ) throws(DataError) -> DataDescription {
    let files = ImageFiles.fashionMNIST(path)
    guard FileManager.default.fileExists(atPath: files.training.images) else {
      throw .noFashionMNIST(folder: files.training.folder)
    }
    let training = try files.training.extents()
    let test = try files.test.extents()
    guard training.dropFirst() == test.dropFirst() else {
      throw .malformed(
        file: files.training.folder,
        problem: "images to train have \(training[1])x\(training[2]) pixels, those to test "
          + "\(test[1])x\(test[2])")
    }
    return DataDescription(
      image: training, config, loss: loss, trainCount: training[0], testCount: test[0])
  }

  private init(
    image extents: [Int], _ config: ImageDataConfig, loss: LossKind, trainCount: Int,
    testCount: Int
  ) {
    self.init(
      input: SampleType(shape: [1, extents[1], extents[2]], element: .float32), labels: [],
      classes: imageClasses, loss: loss,
      trainCount: min(trainCount, config.trainSamples ?? trainCount),
      testCount: min(testCount, config.testSamples ?? testCount))
  }
}

/// Both sets of images have as many classes.
private let imageClasses = 10

/// The digits of the file that are trained on, from the first.
private let trainingDigits = 1500

/// The pair `prefix-images-idx3-ubyte.gz`, `prefix-labels-idx1-ubyte.gz` of a folder.
private struct ImageFiles {
  let folder: String
  let prefix: String

  static var digits: ImageFiles {
    ImageFiles(
      folder: Bundle.module.bundleURL.appendingPathComponent("digits").path, prefix: "digits")
  }

  static func fashionMNIST(_ path: String?) -> (training: ImageFiles, test: ImageFiles) {
    let folder = path ?? "/usr/share/datasets/fashion-mnist"
    return (
      ImageFiles(folder: folder, prefix: "train"), ImageFiles(folder: folder, prefix: "t10k")
    )
  }

  var images: String { "\(folder)/\(prefix)-images-idx3-ubyte.gz" }
  private var labels: String { "\(folder)/\(prefix)-labels-idx1-ubyte.gz" }

  /// Images, rows and columns, by the header.
  func extents() throws(DataError) -> [Int] { try IDXHeader(images, dimensions: 3).extents }

  func load() throws(DataError) -> LabelledImages {
    try LabelledImages(
      IDXFile(images, dimensions: 3), IDXFile(labels, dimensions: 1), classes: imageClasses,
      labelsName: labels)
  }
}
