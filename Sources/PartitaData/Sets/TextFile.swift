internal import PartitaFiles
public import PartitaGraph
public import PartitaKeys

/// The characters of a file in windows: the first 90 % to train, the rest to test.
///
/// Characters are the Unicode scalars of UTF-8 text, or single bytes where the file is no UTF-8; the
/// vocabulary is those that occur, by their numbers.
public struct TextFile: DataSource {
  public static let name = "text"
  public static let summary = "the characters of a text file, in windows"
  public static let keys = [
    KeyDescription(
      "path", type: "file", standard: nil, meaning: "the text; the last 10 % tests"),
    KeyDescription(
      "context", type: "whole number from 1", standard: "`model.context`",
      meaning: "tokens of a window; data and model must agree"),
    KeyDescription(
      "train_samples", type: "whole number from 1", standard: "all",
      meaning: "train on the first so many windows of an epoch"),
    KeyDescription(
      "test_samples", type: "whole number from 1", standard: "all",
      meaning: "test on the first so many"),
  ]

  /// The file, seen from the current folder.
  private let path: String
  /// Characters that the model sees at once. Default: the model's context.
  package let context: Int
  /// Train on the first so many windows of an epoch only; nil means all.
  private let trainSamples: Int?
  /// Test on the first so many windows only; nil means all.
  private let testSamples: Int?

  private enum CodingKeys: String, CodingKey {
    case path
    case context
    case trainSamples = "train_samples"
    case testSamples = "test_samples"
  }

  public init(reading section: ConfigSection, context: Int?) throws(ConfigError) {
    path = try section.require(CodingKeys.path, .text("a text file"))
    guard let context else {
      throw section.missing(CodingKeys.context, expected: "a whole number above 0")
    }
    self.context = context
    trainSamples = try section.value(CodingKeys.trainSamples, .integer(atLeast: 1))
    testSamples = try section.value(CodingKeys.testSamples, .integer(atLeast: 1))
  }

  public var isTokens: Bool { true }

  // Reads the characters, to know the vocabulary.
  public func describe(loss: LossKind) throws(DataError) -> DataDescription {
    try describe(Text(path), loss: loss)
  }

  public func load(loss: LossKind, seed: UInt64) throws(DataError) -> Dataset {
    let text = try Text(path)
    let description = try describe(text, loss: loss)
    let numbers = Dictionary(uniqueKeysWithValues: zip(text.vocabulary.sorted(), Int32(0)...))
    let tokens = text.characters.compactMap { numbers[$0] }
    return Dataset(
      input: description.input, labels: [context], classes: description.classes, loss: loss,
      train: TextWindows(
        Array(tokens[..<text.border]), context: context, limit: trainSamples, seed: seed),
      test: TextWindows(
        Array(tokens[text.border...]), context: context, limit: testSamples, seed: nil),
      notes: [
        "vocabulary": "\(JSON.array(text.vocabulary.sorted().map { .integer(Int($0)) }))"
      ])
  }

  private func describe(_ text: Text, loss: LossKind) throws(DataError) -> DataDescription {
    let count = text.characters.count
    let train = TextWindows.count(
      characters: text.border, context: context, moving: true, limit: trainSamples)
    let test = TextWindows.count(
      characters: count - text.border, context: context, moving: false, limit: testSamples)
    guard train > 0, test > 0 else {
      throw .textTooShort(
        file: path, characters: count, context: context, needed: shortestText)
    }
    return DataDescription(
      input: SampleType(shape: [context], element: .int32), labels: [context],
      classes: text.vocabulary.count, loss: loss, trainCount: train, testCount: test)
  }

  /// The fewest characters that leave a window of each part: 2·context + 1 of the 90 % and
  /// context + 1 of the rest.
  private var shortestText: Int {
    var length = 10 * context
    while length * 9 / 10 < 2 * context + 1 || length - length * 9 / 10 < context + 1 {
      length += 1
    }
    return length
  }
}

/// The characters of a file and which of them there are.
private struct Text {
  let characters: [UInt32]
  let vocabulary: Set<UInt32>

  /// The first character to test on.
  var border: Int { characters.count * 9 / 10 }

  init(_ path: String) throws(DataError) {
    let bytes: ArraySlice<UInt8>
    do { bytes = try withoutByteOrderMark(readFile(path), path: path) } catch { throw .file(error) }
    characters =
      String(validating: bytes, as: UTF8.self).map { $0.unicodeScalars.map(\.value) }
      ?? bytes.map { UInt32($0) }
    vocabulary = Set(characters)
  }
}
