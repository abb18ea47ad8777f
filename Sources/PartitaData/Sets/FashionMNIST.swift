internal import Foundation
public import PartitaGraph
public import PartitaKeys

/// Fashion-MNIST, 28x28 images out of a folder: pixels divided by 255, 60,000 images to train and
/// 10,000 to test, as published.
///
/// Source: Xiao, Rasul, Vollgraf (2017), "Fashion-MNIST: a Novel Image Dataset for Benchmarking
/// Machine Learning Algorithms".
public struct FashionMNIST: DataSource {
  public static let name = "fashion-mnist"
  public static let summary = "Fashion-MNIST, 28x28 images: 60,000 to train and 10,000 to test"
  public static let keys =
    [
      KeyDescription(
        "path", type: "folder", standard: "Debian's package", meaning: "the four IDX.gz files")
    ] + ImageSelection.keys

  /// The folder; nil means that of Debian's package.
  private let path: String?
  private let images: ImageSelection

  private static let classes = 10

  private enum CodingKeys: String, CodingKey {
    case path
  }

  public init(reading section: ConfigSection, context: Int?) throws(ConfigError) {
    path = try section.value(CodingKeys.path, .text("a folder"))
    images = try ImageSelection(reading: section)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encodeIfPresent(path, forKey: .path)
    try images.encode(to: encoder)
  }

  public var isTokens: Bool { false }

  // By the headers of the images.
  public func describe(loss: LossKind) throws(DataError) -> DataDescription {
    guard FileManager.default.fileExists(atPath: self.training.images) else {
      throw .noFashionMNIST(folder: folder)
    }
    let training = try self.training.extents()
    let test = try self.test.extents()
    guard training.dropFirst() == test.dropFirst() else {
      throw .malformed(
        file: folder,
        problem: "images to train have \(training[1])x\(training[2]) pixels, those to test "
          + "\(test[1])x\(test[2])")
    }
    return DataDescription(
      shape: imageShape(training), classes: Self.classes, images, loss: loss,
      trainCount: training[0], testCount: test[0])
  }

  public func load(loss: LossKind, seed: UInt64) throws(DataError) -> Dataset {
    _ = try describe(loss: loss)
    let training = try self.training.load(classes: Self.classes)
    let test = try self.test.load(classes: Self.classes)
    return Dataset(
      train: training.part(0..<training.labels.count, limit: images.trainSamples),
      test: test.part(0..<test.labels.count, limit: images.testSamples),
      white: 255, classes: Self.classes, normalize: images.normalize, loss: loss)
  }

  // PNG and JPEG files, or IDX files of images.
  public func newSamples(
    in paths: [String], notes: [String: String]
  ) throws(DataError) -> NewSamples {
    try NewImages(FolderImages(size: nil, colour: .grey), notes: notes).load(paths)
  }

  private var folder: String { path ?? "/usr/share/datasets/fashion-mnist" }
  private var training: ImageFiles { ImageFiles(folder: folder, prefix: "train") }
  private var test: ImageFiles { ImageFiles(folder: folder, prefix: "t10k") }
}
