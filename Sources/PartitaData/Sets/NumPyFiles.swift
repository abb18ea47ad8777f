public import PartitaGraph
public import PartitaKeys

/// Samples out of NumPy's .npy files, which are mapped: data may be larger than memory.
///
/// The files must keep their length while a run reads them.
public struct NumPyFiles: DataSource {
  public static let name = "npy"
  public static let summary = "arrays of NumPy, a .npy file each; they may be larger than memory"
  public static let keys =
    [
      KeyDescription(
        "inputs", type: "file", standard: nil, meaning: "samples, an array [n, ...] of numbers"),
      KeyDescription(
        "labels", type: "file", standard: nil,
        meaning: "their class numbers from 0, [n]; of tokens also one for each"),
      KeyDescription(
        "test_inputs", "test_labels", type: "file", standard: "a part of the samples",
        meaning: "the same to test on; both or none"),
    ] + SampleSplit.keys + ArraySelection.keys

  private let inputs: String
  private let labels: String
  /// Inputs and labels to test on; nil means a part of the others.
  private let test: [String]?
  private let split: SampleSplit
  private let arrays: ArraySelection

  private enum CodingKeys: String, CodingKey {
    case inputs
    case labels
    case testInputs = "test_inputs"
    case testLabels = "test_labels"
  }

  public init(reading section: ConfigSection, context: Int?) throws(ConfigError) {
    inputs = try section.require(CodingKeys.inputs, .text("a .npy file"))
    labels = try section.require(CodingKeys.labels, .text("a .npy file"))
    let testInputs = try section.value(CodingKeys.testInputs, .text("a .npy file"))
    let testLabels = try section.value(CodingKeys.testLabels, .text("a .npy file"))
    switch (testInputs, testLabels) {
    case (let inputs?, let labels?): test = [inputs, labels]
    case (nil, nil): test = nil
    case (_, nil):
      throw section.missing(
        CodingKeys.testLabels, expected: "a .npy file, for test_inputs is there")
    case (nil, _):
      throw section.missing(
        CodingKeys.testInputs, expected: "a .npy file, for test_labels is there")
    }
    split = try SampleSplit(reading: section)
    if test != nil { try SampleSplit.refuse(in: section, beside: "test_inputs") }
    arrays = try ArraySelection(reading: section)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(inputs, forKey: .inputs)
    try container.encode(labels, forKey: .labels)
    try container.encodeIfPresent(test?.first, forKey: .testInputs)
    try container.encodeIfPresent(test?.last, forKey: .testLabels)
    if test == nil { try split.encode(to: encoder) }
    try arrays.encode(to: encoder)
  }

  public var isTokens: Bool { arrays.tokens }

  // By the headers and the labels.
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
    func pair(_ inputs: String, _ labels: String) throws(DataError) -> LabelledArrays {
      try LabelledArrays(
        inputs: NPYArray(inputs), labels: NPYArray(labels), tokens: arrays.tokens)
    }
    let training = try pair(inputs, labels)
    var test: LabelledArrays?
    if let files = self.test { test = try pair(files[0], files[1]) }
    return try ArrayData(training: training, test: test, arrays, split)
  }
}
