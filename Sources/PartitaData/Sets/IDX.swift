public import PartitaGraph
public import PartitaKeys

/// Images or vectors of bytes as IDX files, gzipped or not: MNIST, EMNIST, and what one has made of
/// that form oneself. Bytes are divided by 255.
///
/// The classes are the labels that occur in the files to train and to test on, in ascending order,
/// whatever the first is. Plain files are read where they lie; gzipped ones are kept in memory.
public struct IDX: DataSource {
  public static let name = "idx"
  public static let summary = "images or vectors of bytes in IDX files, as MNIST's and EMNIST's"
  public static let keys =
    [
      KeyDescription(
        "path", type: "folder", standard: "-",
        meaning: "the files, found by `train-images`, `train-labels`, `t10k-images` or "
          + "`test-images`, `t10k-labels` or `test-labels` in their names"),
      KeyDescription(
        "images", "labels", type: "file", standard: "-", meaning: "or the files by name"),
      KeyDescription(
        "test_images", "test_labels", type: "file", standard: "-", meaning: "and those to test on"),
    ] + SampleSplit.keys + ImageSelection.keys

  /// Where the files are.
  private enum Files: Hashable {
    case folder(String)
    case named(IDXPaths)
  }

  private let files: Files
  private let split: SampleSplit
  /// Whether the configuration says how to split, which sets with a test part refuse.
  private let isSplit: Bool
  private let images: ImageSelection

  private enum CodingKeys: String, CodingKey {
    case path, images, labels
    case testImages = "test_images"
    case testLabels = "test_labels"
    case testFraction = "test_fraction"
    case splitSeed = "split_seed"
  }

  public init(reading section: ConfigSection, context: Int?) throws(ConfigError) {
    let file = ConfigForm.text("an IDX file")
    let path = try section.value(CodingKeys.path, .text("a folder"))
    let train = try Self.pair(section, .images, .labels, file)
    let test = try Self.pair(section, .testImages, .testLabels, file)
    switch (path, train) {
    case (let path?, nil):
      if test != nil {
        throw section.conflict(
          CodingKeys.testImages, "data.path finds all files, or none are found")
      }
      files = .folder(path)
    case (nil, let train?): files = .named(IDXPaths(train: train, test: test))
    case (nil, nil):
      throw section.missing(CodingKeys.path, expected: "a folder; or give images and labels")
    case (.some, .some):
      throw section.conflict(
        CodingKeys.images, "data.path finds all files; give the folder or the files, not both")
    }
    split = try SampleSplit(reading: section)
    let given = [CodingKeys.testFraction, .splitSeed].first { section.has($0) }
    if test != nil, let given {
      throw section.conflict(given, "data.test_images are tested on; nothing is split")
    }
    isSplit = given != nil || (train != nil && test == nil)
    images = try ImageSelection(reading: section)
  }

  /// Two keys that go together.
  private static func pair(
    _ section: ConfigSection, _ images: CodingKeys, _ labels: CodingKeys,
    _ form: ConfigForm<String>
  ) throws(ConfigError) -> IDXPaths.Pair? {
    switch (try section.value(images, form), try section.value(labels, form)) {
    case (let images?, let labels?): return IDXPaths.Pair(images: images, labels: labels)
    case (nil, nil): return nil
    case (.some, nil): throw section.missing(labels, expected: form.expected)
    case (nil, .some): throw section.missing(images, expected: form.expected)
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch files {
    case .folder(let path): try container.encode(path, forKey: .path)
    case .named(let paths):
      try container.encode(paths.train.images, forKey: .images)
      try container.encode(paths.train.labels, forKey: .labels)
      try container.encodeIfPresent(paths.test?.images, forKey: .testImages)
      try container.encodeIfPresent(paths.test?.labels, forKey: .testLabels)
    }
    if isSplit { try split.encode(to: encoder) }
    try images.encode(to: encoder)
  }

  public var isTokens: Bool { false }

  // By the headers of the images and by all labels, as these say which classes there are.
  public func describe(loss: LossKind) throws(DataError) -> DataDescription {
    let paths = try paths()
    let set = try IDXSet(paths)
    let parts = try parts(of: set, paths)
    return DataDescription(
      shape: set.shape, classes: set.classes.count, images, loss: loss,
      trainCount: parts.train.count, testCount: parts.test.count)
  }

  public func load(loss: LossKind, seed: UInt64) throws(DataError) -> Dataset {
    let paths = try paths()
    let set = try IDXSet(paths)
    let parts = try parts(of: set, paths)
    let train = try set.images(of: paths.train, labels: set.train)
    var test = train
    if let pair = paths.test, let labels = set.test {
      test = try set.images(of: pair, labels: labels)
    }
    return Dataset(
      train: train.part(parts.train, limit: images.trainSamples),
      test: test.part(parts.test, limit: images.testSamples), white: 255,
      classes: set.classes.count, normalize: images.normalize, loss: loss, names: set.names)
  }

  // PNG and JPEG files, or IDX files of images.
  public func newSamples(
    in paths: [String], notes: [String: String]
  ) throws(DataError) -> NewSamples {
    try NewImages(FolderImages(size: nil, colour: .grey), notes: notes).load(paths)
  }

  private func paths() throws(DataError) -> IDXPaths {
    switch files {
    case .named(let paths): return paths
    case .folder(let folder):
      let paths = try IDXPaths(folder: folder)
      if let test = paths.test, isSplit {
        throw .malformed(
          file: test.images,
          problem: "these images are tested on, so nothing is split: leave out data.test_fraction "
            + "and data.split_seed")
      }
      return paths
    }
  }

  /// The places in their files of the images to train and to test on.
  private func parts(
    of set: IDXSet, _ paths: IDXPaths
  ) throws(DataError) -> (train: [Int], test: [Int]) {
    if let test = set.test { return (Array(set.train.indices), Array(test.indices)) }
    guard set.train.count >= 2 else {
      throw .malformed(
        file: paths.train.images,
        problem: "one image is too little to train and to test on; there must be two or more")
    }
    return split.parts(of: set.train.count)
  }
}
