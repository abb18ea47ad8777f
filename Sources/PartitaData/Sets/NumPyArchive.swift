public import PartitaGraph
public import PartitaKeys

/// Samples out of one of NumPy's .npz files, such as Keras's mnist.npz.
///
/// Stored arrays are mapped, compressed ones inflated into memory once. The file must keep its
/// length while a run reads it.
public struct NumPyArchive: DataSource {
  public static let name = "npz"
  public static let summary = "arrays of NumPy in one .npz file, as Keras's mnist.npz"
  public static let keys =
    [
      KeyDescription("path", type: "file", standard: nil, meaning: "the .npz file"),
      KeyDescription(
        "inputs", "labels", type: "name", standard: "`x_train`, `y_train`",
        meaning: "its arrays to train on: samples, and their class numbers from 0"),
      KeyDescription(
        "test_inputs", "test_labels", type: "name",
        standard: "`x_test`, `y_test` where it has them; else a part of the samples",
        meaning: "its arrays to test on"),
    ] + SampleSplit.keys + ArraySelection.keys

  private let path: String
  private let inputs: String
  private let labels: String
  /// Nil means the usual name where the archive has it.
  private let testInputs: String?
  private let testLabels: String?
  private let split: SampleSplit
  private let arrays: ArraySelection

  private enum CodingKeys: String, CodingKey {
    case path
    case inputs
    case labels
    case testInputs = "test_inputs"
    case testLabels = "test_labels"
  }

  public init(reading section: ConfigSection, context: Int?) throws(ConfigError) {
    path = try section.require(CodingKeys.path, .text("a .npz file"))
    let name = ConfigForm.text("the name of an array")
    inputs = try section.value(CodingKeys.inputs, name) ?? "x_train"
    labels = try section.value(CodingKeys.labels, name) ?? "y_train"
    testInputs = try section.value(CodingKeys.testInputs, name)
    testLabels = try section.value(CodingKeys.testLabels, name)
    split = try SampleSplit(reading: section)
    arrays = try ArraySelection(reading: section)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(path, forKey: .path)
    try container.encode(inputs, forKey: .inputs)
    try container.encode(labels, forKey: .labels)
    try container.encodeIfPresent(testInputs, forKey: .testInputs)
    try container.encodeIfPresent(testLabels, forKey: .testLabels)
    try split.encode(to: encoder)
    try arrays.encode(to: encoder)
  }

  public var isTokens: Bool { arrays.tokens }

  // By the headers and the labels; compressed arrays are inflated for it.
  public func describe(loss: LossKind) throws(DataError) -> DataDescription {
    try open().describe(loss: loss)
  }

  public func load(loss: LossKind, seed: UInt64) throws(DataError) -> Dataset {
    try open().load(loss: loss)
  }

  // .npy files.
  public func newSamples(
    in paths: [String], notes: [String: String]
  ) throws(DataError) -> NewSamples {
    try arrays.newSamples(paths, notes, set: Self.name)
  }

  private func open() throws(DataError) -> ArrayData {
    let archive = try ZipArchive(path)
    func pair(_ inputs: String, _ labels: String) throws(DataError) -> LabelledArrays {
      try LabelledArrays(
        inputs: archive.array(inputs), labels: archive.array(labels), tokens: arrays.tokens)
    }
    let training = try pair(inputs, labels)
    let names = (testInputs ?? "x_test", testLabels ?? "y_test")
    let isNamed = testInputs != nil || testLabels != nil
    var test: LabelledArrays?
    if isNamed || archive.has(names.0) || archive.has(names.1) { test = try pair(names.0, names.1) }
    return try ArrayData(training: training, test: test, arrays, split)
  }
}

extension ZipArchive {
  /// Whether there is an array of this name.
  fileprivate func has(_ name: String) -> Bool { member(name) != nil }

  /// The array of this name.
  /// - Throws: `DataError` where there is none, with the nearest, and for one that isn't read.
  fileprivate func array(_ name: String) throws(DataError) -> NPYArray {
    guard let member = member(name) else {
      let known = members.map(\.name).filter { $0.hasSuffix(".npy") }.map { String($0.dropLast(4)) }
      let nearest = nearestName(to: name, in: known).map { "; did you mean \"\($0)\"?" } ?? "."
      throw .malformed(
        file: path,
        problem: "there is no array \"\(name.shortened())\"\(nearest) It has: \(known.listed())")
    }
    return try NPYArray(contents(of: member), name: "\(path)/\(member.name.shortened())")
  }

  private func member(_ name: String) -> Member? { members.first { $0.name == "\(name).npy" } }
}
