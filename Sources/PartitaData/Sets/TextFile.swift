internal import PartitaFiles
public import PartitaGraph
public import PartitaKeys

/// The characters of one text file or several in windows: the first 90 % to train, the rest to test,
/// or another file.
///
/// Characters are the Unicode scalars of UTF-8 text, or single bytes where the text is no UTF-8; the
/// vocabulary is those that occur, by their numbers.
public struct TextFile: DataSource {
  public static let name = "text"
  public static let summary = "the characters of a text, in windows"
  public static let keys = [
    KeyDescription(
      "path", type: "file", standard: "required unless `paths`",
      meaning: "the text; without `test_path` the last 10 % tests"),
    KeyDescription(
      "paths", type: "list of files", standard: "-", meaning: "or several, joined in this order"),
    KeyDescription(
      "test_path", type: "file", standard: "the last 10 %",
      meaning: "a text to test on; it has no character that the other lacks"),
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

  /// The files, seen from the current folder; joined in order.
  private let paths: [String]
  /// The file to test on; nil means the last 10 % of the others.
  private let testPath: String?
  /// Characters that the model sees at once. Default: the model's context.
  package let context: Int
  /// Train on the first so many windows of an epoch only; nil means all.
  private let trainSamples: Int?
  /// Test on the first so many windows only; nil means all.
  private let testSamples: Int?

  private enum CodingKeys: String, CodingKey {
    case path
    case paths
    case testPath = "test_path"
    case context
    case trainSamples = "train_samples"
    case testSamples = "test_samples"
  }

  public init(reading section: ConfigSection, context: Int?) throws(ConfigError) {
    let file = ConfigForm.text("a text file")
    if let paths = try section.value(CodingKeys.paths, .list(of: file, atLeast: 1)) {
      guard !section.has(CodingKeys.path) else {
        throw section.conflict(
          CodingKeys.paths, "a text has one of path and paths; remove the other")
      }
      self.paths = paths
    } else {
      paths = [try section.require(CodingKeys.path, file)]
    }
    testPath = try section.value(CodingKeys.testPath, file)
    guard let context else {
      throw section.missing(CodingKeys.context, expected: "a whole number above 0")
    }
    self.context = context
    trainSamples = try section.value(CodingKeys.trainSamples, .integer(atLeast: 1))
    testSamples = try section.value(CodingKeys.testSamples, .integer(atLeast: 1))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    if paths.count == 1 {
      try container.encode(paths[0], forKey: .path)
    } else {
      try container.encode(paths, forKey: .paths)
    }
    try container.encodeIfPresent(testPath, forKey: .testPath)
    try container.encode(context, forKey: .context)
    try container.encodeIfPresent(trainSamples, forKey: .trainSamples)
    try container.encodeIfPresent(testSamples, forKey: .testSamples)
  }

  public var isTokens: Bool { true }

  // Reads the characters, to know the vocabulary.
  public func describe(loss: LossKind) throws(DataError) -> DataDescription {
    try describe(read(), loss: loss)
  }

  public func load(loss: LossKind, seed: UInt64) throws(DataError) -> Dataset {
    let text = try read()
    let description = try describe(text, loss: loss)
    return Dataset(
      input: description.input, labels: [context], classes: description.classes, loss: loss,
      train: TextWindows(text.train, context: context, limit: trainSamples, seed: seed),
      test: TextWindows(text.test, context: context, limit: testSamples, seed: nil),
      notes: [
        "vocabulary": "\(JSON.array(text.vocabulary.map { .integer(Int($0)) }))"
      ])
  }

  /// Both parts as numbers into the vocabulary.
  private struct Parts {
    let vocabulary: [UInt32]
    let train: [Int32]
    let test: [Int32]
  }

  private func read() throws(DataError) -> Parts {
    let text = try TextCharacters(joining: paths)
    let vocabulary = Set(text.characters).sorted()
    let numbers = Dictionary(uniqueKeysWithValues: zip(vocabulary, Int32(0)...))
    let tokens = try text.tokens(numbers, path: paths.listed())
    guard let testPath else {
      let border = tokens.count * 9 / 10
      return Parts(
        vocabulary: vocabulary, train: Array(tokens[..<border]), test: Array(tokens[border...]))
    }
    let test = try TextCharacters(testPath, like: text).tokens(numbers, path: testPath)
    return Parts(vocabulary: vocabulary, train: tokens, test: test)
  }

  private func describe(_ text: Parts, loss: LossKind) throws(DataError) -> DataDescription {
    let train = TextWindows.count(
      characters: text.train.count, context: context, moving: true, limit: trainSamples)
    let test = TextWindows.count(
      characters: text.test.count, context: context, moving: false, limit: testSamples)
    if let testPath {
      try expect(train, of: text.train.count, in: paths.listed(), needed: 2 * context + 1)
      try expect(test, of: text.test.count, in: testPath, needed: context + 1)
    }
    guard train > 0, test > 0 else {
      throw .textTooShort(
        file: paths.listed(), characters: text.train.count + text.test.count, context: context,
        needed: shortestText)
    }
    return DataDescription(
      input: SampleType(shape: [context], element: .int32), labels: [context],
      classes: text.vocabulary.count, loss: loss, trainCount: train, testCount: test)
  }

  /// Refuses a text that is one part alone and has no window.
  private func expect(
    _ windows: Int, of characters: Int, in file: String, needed: Int
  ) throws(DataError) {
    guard windows > 0 else {
      throw .malformed(
        file: file,
        problem: "\(characters) characters are too few for windows of \(context) + 1: it needs "
          + "\(needed) or more; shorten the context")
    }
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
