internal import PartitaFiles
public import PartitaGraph
public import PartitaKeys

/// The rows of a CSV file, each with a class as its label: numbers, and names as ones among zeros.
///
/// The table is read several times, mapped, and kept once: 4 bytes for each value of a sample.
public struct TableFile: DataSource {
  public static let name = "csv"
  public static let summary = "the rows of a CSV file, to tell classes apart"
  public static let keys =
    [
      KeyDescription(
        "path", type: "file", standard: nil, meaning: "the table; its first line names the columns"),
      KeyDescription(
        "test_path", type: "file", standard: "a part of the rows",
        meaning: "a table with the same columns to test on"),
      KeyDescription(
        "label", type: "a column", standard: nil,
        meaning: "the class of a row, a word or a number; its different values are the classes"),
      KeyDescription(
        "columns", type: "list of columns", standard: "all but the label", meaning: "what is read"),
      KeyDescription(
        "categorical", type: "list of columns", standard: "those with a cell that is no number",
        meaning: "columns whose cells are names even if they look like numbers"),
      KeyDescription(
        "separator", type: "`\",\"`, `\";\"`, `\"\\t\"`", standard: "`\",\"`",
        meaning: "what stands between cells"),
    ] + SampleSplit.keys + [
      KeyDescription(
        "normalize", type: "true or false", standard: "true",
        meaning: "columns of numbers get mean 0 and variance 1 over the training part"),
      KeyDescription(
        "train_samples", type: "whole number from 1", standard: "all",
        meaning: "train on the first so many rows of the training part"),
      KeyDescription(
        "test_samples", type: "whole number from 1", standard: "all",
        meaning: "test on the first so many"),
    ]

  /// What stands between two cells.
  enum Separator: String, CaseIterable, Encodable {
    case comma = ","
    case semicolon = ";"
    case tab = "\t"

    var byte: UInt8 { rawValue.utf8.first ?? 0 }
  }

  private let path: String
  private let testPath: String?
  private let label: String
  private let columns: [String]?
  private let categorical: [String]
  private let separator: Separator
  private let split: SampleSplit
  private let normalize: Bool
  private let trainSamples: Int?
  private let testSamples: Int?

  private enum CodingKeys: String, CodingKey {
    case path
    case testPath = "test_path"
    case label
    case columns
    case categorical
    case separator
    case normalize
    case trainSamples = "train_samples"
    case testSamples = "test_samples"
  }

  public init(reading section: ConfigSection, context: Int?) throws(ConfigError) {
    path = try section.require(CodingKeys.path, .text("a CSV file"))
    testPath = try section.value(CodingKeys.testPath, .text("a CSV file"))
    label = try section.require(CodingKeys.label, .text("the name of a column"))
    let names = ConfigForm.list(of: .text("the name of a column"), atLeast: 1)
    columns = try section.value(CodingKeys.columns, names)
    categorical = try section.value(CodingKeys.categorical, names) ?? []
    separator = try section.value(CodingKeys.separator, .choice()) ?? .comma
    split = try SampleSplit(reading: section)
    if testPath != nil { try SampleSplit.refuse(in: section, beside: "test_path") }
    normalize = try section.value(CodingKeys.normalize, .flag) ?? true
    trainSamples = try section.value(CodingKeys.trainSamples, .integer(atLeast: 1))
    testSamples = try section.value(CodingKeys.testSamples, .integer(atLeast: 1))
    for (key, list) in [(CodingKeys.columns, columns ?? []), (.categorical, categorical)] {
      if list.contains(label) {
        throw section.conflict(key, "\"\(label)\" is the label; it can't be read as an input, too")
      }
      if Set(list).count < list.count { throw section.conflict(key, "a column stands twice") }
    }
    if let columns, let name = categorical.first(where: { !columns.contains($0) }) {
      throw section.unknownName(CodingKeys.categorical, found: name, known: columns)
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(path, forKey: .path)
    try container.encodeIfPresent(testPath, forKey: .testPath)
    try container.encode(label, forKey: .label)
    try container.encodeIfPresent(columns, forKey: .columns)
    if !categorical.isEmpty { try container.encode(categorical, forKey: .categorical) }
    try container.encode(separator, forKey: .separator)
    if testPath == nil { try split.encode(to: encoder) }
    try container.encode(normalize, forKey: .normalize)
    try container.encodeIfPresent(trainSamples, forKey: .trainSamples)
    try container.encodeIfPresent(testSamples, forKey: .testSamples)
  }

  public var isTokens: Bool { false }

  // Reads the table, to know its columns and classes.
  public func describe(loss: LossKind) throws(DataError) -> DataDescription {
    let table = try open()
    return DataDescription(
      input: table.input, labels: [], classes: table.scan.classes.names.count, loss: loss,
      trainCount: table.trainCount, testCount: table.testCount)
  }

  public func load(loss: LossKind, seed: UInt64) throws(DataError) -> Dataset {
    let table = try open()
    let (train, test) = try table.samples()
    let names = table.scan.classes.names
    return Dataset(
      input: table.input, labels: [], classes: names.count, loss: loss, train: train, test: test,
      notes: [
        "classes": "\(JSON.array(names.map { .string($0) }))",
        "columns": "\(table.encoding.json)",
      ])
  }

  // CSV files with the same columns.
  public func newSamples(
    in paths: [String], notes: [String: String]
  ) throws(DataError) -> NewSamples {
    try NewSamples(rowsOf: paths, separator: separator.byte, notes: notes)
  }

  private func open() throws(DataError) -> OpenTable {
    try OpenTable(
      path: path, testPath: testPath,
      selection: TableSelection(
        label: label, columns: columns, categorical: categorical, separator: separator.byte,
        split: split, normalize: normalize, trainSamples: trainSamples, testSamples: testSamples))
  }
}
