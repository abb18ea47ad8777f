public import PartitaGraph
public import PartitaKeys

/// PNG and JPEG files in a folder for each class, whose names in order are the classes. Bytes are
/// divided by 255.
///
/// Files are numbered in turns, one of each class after the other. All are decoded once, when they
/// are loaded, and kept as bytes.
public struct ImageFolder: DataSource {
  public static let name = "image-folder"
  public static let summary = "PNG and JPEG files in a folder for each class"
  public static let keys =
    [
      KeyDescription(
        "path", type: "folder", standard: nil, meaning: "a folder with a folder for each class"),
      KeyDescription(
        "test_path", type: "folder", standard: "-",
        meaning: "another with the same classes, to test on"),
    ] + SampleSplit.keys + [
      KeyDescription(
        "size", type: "two whole numbers from 1", standard: "that of the images",
        meaning: "rows and columns that all images are resized to"),
      KeyDescription(
        "colour", oneOf: ImageColour.self, standard: "`rgb`", meaning: "one channel or three"),
    ] + ImageSelection.keys

  /// What is tested on.
  private enum Test: Hashable {
    case folder(String)
    case split(SampleSplit)
  }

  private let path: String
  private let test: Test
  private let form: FolderImages
  private let images: ImageSelection

  private enum CodingKeys: String, CodingKey {
    case path, size, colour
    case testPath = "test_path"
    case testFraction = "test_fraction"
    case splitSeed = "split_seed"
  }

  public init(reading section: ConfigSection, context: Int?) throws(ConfigError) {
    path = try section.require(CodingKeys.path, .text("a folder"))
    let split = try SampleSplit(reading: section)
    if let folder = try section.value(CodingKeys.testPath, .text("a folder")) {
      if let given = [CodingKeys.testFraction, .splitSeed].first(where: { section.has($0) }) {
        throw section.conflict(given, "data.test_path is tested on; nothing is split")
      }
      test = .folder(folder)
    } else {
      test = .split(split)
    }
    form = FolderImages(
      size: try section.value(CodingKeys.size, Self.size),
      colour: try section.value(CodingKeys.colour, .choice()) ?? .rgb)
    images = try ImageSelection(reading: section)
  }

  /// Rows and columns; the largest are those of a JPEG file.
  private static let size = ConfigForm<ImageSize>(
    expected: "a list of two whole numbers from 1 to 65535, rows and columns"
  ) { node in
    let list = ConfigForm.list(of: .integer(atLeast: 1, atMost: 65535), atLeast: 2)
    guard let numbers = list.read(node), numbers.count == 2 else { return nil }
    return ImageSize(rows: numbers[0], columns: numbers[1])
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(path, forKey: .path)
    switch test {
    case .folder(let folder): try container.encode(folder, forKey: .testPath)
    case .split(let split): try split.encode(to: encoder)
    }
    try container.encodeIfPresent(form.size.map { [$0.rows, $0.columns] }, forKey: .size)
    try container.encode(form.colour, forKey: .colour)
    try images.encode(to: encoder)
  }

  public var isTokens: Bool { false }

  // By the names of the files, and the header of the first where no size is given.
  public func describe(loss: LossKind) throws(DataError) -> DataDescription {
    let files = try files()
    return DataDescription(
      shape: try form.shape(first: files.first), classes: files.classes.count, images, loss: loss,
      trainCount: files.train.count, testCount: files.test.count)
  }

  public func load(loss: LossKind, seed: UInt64) throws(DataError) -> Dataset {
    let files = try files()
    let train = files.train.prefix(images.trainSamples ?? .max)
    let test = files.test.prefix(images.testSamples ?? .max)
    let all = try form.load(Array(train + test), first: files.first)
    return Dataset(
      train: all.part(0..<train.count, limit: nil),
      test: all.part(train.count..<(train.count + test.count), limit: nil), white: 255,
      classes: files.classes.count, normalize: images.normalize, loss: loss, names: files.classes)
  }

  // PNG and JPEG files, or IDX files of images.
  public func newSamples(
    in paths: [String], notes: [String: String]
  ) throws(DataError) -> NewSamples {
    try NewImages(form, notes: notes).load(paths)
  }

  /// The files of both parts, and the one that says what size all have.
  private struct Files {
    let classes: [String]
    let train, test: [ClassFolders.File]
    let first: String
  }

  private func files() throws(DataError) -> Files {
    let all = try ClassFolders(path)
    let first = all.files[0].path
    switch test {
    case .folder(let folder):
      let test = try ClassFolders(folder, classes: all.classes)
      return Files(classes: all.classes, train: all.files, test: test.files, first: first)
    case .split(let split):
      let parts = split.parts(of: all.files.count)
      return Files(
        classes: all.classes, train: parts.train.map { all.files[$0] },
        test: parts.test.map { all.files[$0] }, first: first)
    }
  }
}
