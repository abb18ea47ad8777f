import Foundation

extension Dataset {
  /// The embedded digits: pixels divided by 16, the first 1,500 images of the file to train and
  /// the last 297 to test.
  ///
  /// The set has no split of its own; this one keeps writers apart and so is harder than a
  /// shuffled one. Source: Alpaydin, Kaynak (1998), UCI, doi 10.24432/C50P49, CC BY 4.0.
  static func digits(
    _ config: ImageDataConfig, loss: ObjectiveConfig.Loss
  ) throws(DataError) -> Dataset {
    let folder = Bundle.module.bundleURL.appendingPathComponent("digits").path
    let all = try LabelledImages(folder: folder, prefix: "digits")
    let training = 1500
    return Dataset(
      name: "digits", training: (all, 0..<training), test: (all, training..<all.labels.count),
      white: 16, config: config, loss: loss)
  }

  /// Fashion-MNIST: pixels divided by 255, 60,000 images to train and 10,000 to test, as published.
  ///
  /// Source: Xiao, Rasul, Vollgraf (2017), "Fashion-MNIST: a Novel Image Dataset for Benchmarking
  /// Machine Learning Algorithms".
  static func fashionMNIST(
    path: String?, _ config: ImageDataConfig, loss: ObjectiveConfig.Loss
  ) throws(DataError) -> Dataset {
    let folder = path ?? "/usr/share/datasets/fashion-mnist"
    guard FileManager.default.fileExists(atPath: "\(folder)/train-images-idx3-ubyte.gz") else {
      throw .noFashionMNIST(folder: folder)
    }
    let training = try LabelledImages(folder: folder, prefix: "train")
    let test = try LabelledImages(folder: folder, prefix: "t10k")
    guard (training.rows, training.columns) == (test.rows, test.columns) else {
      throw .malformed(
        file: folder,
        problem: "images to train have \(training.rows)x\(training.columns) pixels, those to test "
          + "\(test.rows)x\(test.columns)")
    }
    return Dataset(
      name: "fashion-mnist", training: (training, 0..<training.labels.count),
      test: (test, 0..<test.labels.count), white: 255, config: config, loss: loss)
  }

  private init(
    name: String, training: (images: LabelledImages, range: Range<Int>),
    test: (images: LabelledImages, range: Range<Int>), white: Double,
    config: ImageDataConfig, loss: ObjectiveConfig.Loss
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

/// Both sets of images have as many classes.
private let imageClasses = 10

extension LabelledImages {
  /// Reads the pair `prefix-images-idx3-ubyte.gz`, `prefix-labels-idx1-ubyte.gz` of `folder`.
  fileprivate init(folder: String, prefix: String) throws(DataError) {
    let labelsName = "\(folder)/\(prefix)-labels-idx1-ubyte.gz"
    try self.init(
      IDXFile("\(folder)/\(prefix)-images-idx3-ubyte.gz", dimensions: 3),
      IDXFile(labelsName, dimensions: 1), classes: imageClasses, labelsName: labelsName)
  }
}
