internal import Foundation
public import PartitaGraph
public import PartitaKeys

/// The embedded UCI digits: 8x8 images, pixels divided by 16, the first 1,500 of the file to train
/// and the last 297 to test.
///
/// The set has no split of its own; this one keeps writers apart and so is harder than a shuffled
/// one. Source: Alpaydin, Kaynak (1998), UCI, doi 10.24432/C50P49, CC BY 4.0.
public struct Digits: DataSource {
  public static let name = "digits"
  public static let summary = "the embedded UCI digits, 8x8 images: 1,500 to train and 297 to test"
  public static let keys = ImageSelection.keys

  private let images: ImageSelection

  private static let classes = 10
  /// The digits of the file that are trained on, from the first.
  private static let training = 1500

  public init(reading section: ConfigSection, context: Int?) throws(ConfigError) {
    images = try ImageSelection(reading: section)
  }

  public func encode(to encoder: any Encoder) throws { try images.encode(to: encoder) }

  public var isTokens: Bool { false }

  // By the header of the images.
  public func describe(loss: LossKind) throws(DataError) -> DataDescription {
    let extents = try files.extents()
    return DataDescription(
      shape: imageShape(extents), classes: Self.classes, images, loss: loss,
      trainCount: Self.training, testCount: extents[0] - Self.training)
  }

  public func load(loss: LossKind, seed: UInt64) throws(DataError) -> Dataset {
    let all = try files.load(classes: Self.classes)
    return Dataset(
      train: all.part(0..<Self.training, limit: images.trainSamples),
      test: all.part(Self.training..<all.labels.count, limit: images.testSamples),
      white: 16, classes: Self.classes, normalize: images.normalize, loss: loss)
  }

  // PNG and JPEG files, or IDX files of images.
  public func newSamples(
    in paths: [String], notes: [String: String]
  ) throws(DataError) -> NewSamples {
    try NewImages(FolderImages(size: nil, colour: .grey), notes: notes).load(paths)
  }

  private var files: ImageFiles {
    ImageFiles(
      folder: Bundle.module.bundleURL.appendingPathComponent("digits").path, prefix: "digits")
  }
}
