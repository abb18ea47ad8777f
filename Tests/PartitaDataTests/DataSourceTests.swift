import Foundation
import PartitaConfig
import PartitaData
import PartitaGraph
import PartitaKeys
import Testing

@Suite struct DataSourceTests {
  static let sections = [
    "name: digits", "name: digits, train_samples: 100, test_samples: 5, normalize: true",
    "name: synthetic, samples: 20, test_samples: 3, shape: [2, 3], classes: 4",
    "name: synthetic, samples: 8, features: 5, classes: 7",
    "name: synthetic, samples: 8, features: 5, classes: 7, labels: [3, 2]",
    "name: synthetic, samples: 8, context: 5, classes: 7",
  ]

  @Test(arguments: sections, LossKind.allCases)
  func isDescribedAsItIsLoaded(section: String, loss: LossKind) throws {
    let source = try dataConfig(section).source
    #expect(
      try source.describe(loss: loss) == source.load(loss: loss, seed: 0).description)
  }

  /// Sections whose files are none.
  static let files = [
    "name: idx, path: a",
    "name: idx, path: a, split_seed: 3", "name: idx, images: a, labels: b, test_fraction: 0.25",
    "name: idx, images: a, labels: b, test_images: c, test_labels: d, normalize: true",
    "name: image-folder, path: a, size: [3, 4], colour: grey, split_seed: 7, test_fraction: 0.3",
    "name: image-folder, path: a, test_path: b, train_samples: 9",
    "name: text, path: a.txt, context: 3, test_samples: 2",
    "name: text, paths: [a.txt, b.txt], test_path: c.txt, context: 3",
    "name: csv, path: a.csv, label: y, test_fraction: 0.2, split_seed: 3, separator: \"\\t\"",
    "name: csv, path: a.csv, label: y, test_path: b.csv, columns: [a, b], categorical: [b]",
    "name: npy, inputs: a.npy, labels: b.npy, tokens: true, train_samples: 4",
    "name: npy, inputs: a.npy, labels: b.npy, test_inputs: c.npy, test_labels: d.npy, scale: 255",
    "name: npz, path: a.npz", "name: npz, path: a.npz, inputs: x, test_inputs: z, normalize: true",
  ]

  @Test(arguments: sections + files)
  func whatIsWrittenReadsBack(section: String) throws {
    let config = try dataConfig(section)
    // JSON is YAML's flow style.
    let text = String(decoding: try JSONEncoder().encode(config), as: UTF8.self)
    #expect(try dataConfig(String(text.dropFirst().dropLast())) == config)
  }

  /// The keys that a data set describes are the keys that it has: it reads each, and no other.
  @Test func describedKeysAreRead() throws {
    #expect(
      DataCatalogue.standard.names == [
        "digits", "fashion-mnist", "idx", "image-folder", "csv", "npy", "npz", "text", "synthetic",
      ])
    for type in DataCatalogue.standard.items {
      let keys = type.keys.keyNames
      #expect(Set(keys).count == keys.count)
      for key in keys where key != "context" {
        let error = #expect(throws: ConfigError.self) {
          try dataConfig("name: \(type.name), context: 3, \(key): [[]]")
        }
        #expect(error != nil, "\(type.name) doesn't read \(key)")
      }
      let error = #expect(throws: ConfigError.self) {
        try dataConfig("name: \(type.name), nonsense: 1")
      }
      #expect(
        error?.description.hasSuffix(
          "Known here: " + (["name"] + keys).joined(separator: ", ")) == true)
    }
  }

  /// Refused with the bytes, before a number is drawn.
  @Test func samplesHaveRoom() throws {
    for (input, bytes) in [("features: 1000", "8008000000000"), ("context: 500", "8000000000000")] {
      let data = try dataConfig(
        "name: synthetic, samples: 1999000000, test_samples: 1000000, classes: 2, \(input)")
      #expect(try data.source.describe(loss: .crossEntropy).trainCount == 1_999_000_000)
      let error = #expect(throws: DataError.self) {
        try data.source.load(loss: .crossEntropy, seed: 0)
      }
      #expect(
        error?.description.hasPrefix(
          "data.samples: 2000000000 samples to train and to test on take \(bytes) bytes of memory, "
            + "and ") == true, "\(String(describing: error))")
    }
    let most = Int32.max
    let shape = #expect(throws: ConfigError.self) {
      try dataConfig("name: synthetic, samples: 1, classes: 2, shape: [\(most), \(most), \(most)]")
    }
    #expect(
      shape?.description.hasSuffix("has more than 17179869184 numbers, the most there may be")
        == true)
  }

  /// A sample can have several labels, as a network of several answers needs them; a token has its own.
  @Test func samplesHaveManyLabels() throws {
    let data = try dataConfig(
      "name: synthetic, samples: 6, features: 2, classes: 5, labels: [2, 2]")
    let numbers = try data.source.load(loss: .crossEntropy, seed: 3).train.classes(of: 0..<6)
    #expect(numbers.count == 24 && Set(numbers) == [0, 1, 2, 3, 4])
    let error = #expect(throws: ConfigError.self) {
      try dataConfig("name: synthetic, samples: 8, context: 5, classes: 7, labels: [2]")
    }
    #expect(
      error?.description == "test:1: data.labels: each token has a label of its own; remove it")
  }

  @Test func onlySyntheticDataGrows() throws {
    let data = try dataConfig("name: synthetic, samples: 8, features: 2, classes: 2")
    #expect(data.holding(atLeast: 8) == data)
    let grown = try data.holding(atLeast: 9).source.describe(loss: .crossEntropy)
    #expect((grown.trainCount, grown.testCount) == (9, 8))
    let digits = try dataConfig("name: digits")
    #expect(digits.holding(atLeast: 9_999) == digits)
  }

  @Test func aDataSetOfOnesOwn() throws {
    var sets = DataCatalogue.standard
    try sets.add(Countdown.self)
    let config = try dataConfig("name: countdown, from: 3", sets)
    #expect(config.name == "countdown")
    #expect(config.source as? Countdown == Countdown(from: 3))
    #expect(try config.source.describe(loss: .crossEntropy).trainCount == 3)
    let labels = try config.source.load(loss: .crossEntropy, seed: 0).train.classNumbers([0, 2])
    #expect(labels == [2, 0])
    let error = #expect(throws: ConfigError.self) {
      try dataConfig("name: countdown, form: 3", sets)
    }
    #expect(
      error?.description == "test:1: data.form: there is no such key with name: countdown; did "
        + "you mean \"from\"? Known here: name, from")
    let unknown = #expect(throws: ConfigError.self) { try dataConfig("name: countdown") }
    #expect(unknown?.description.contains("there is no choice \"countdown\"") == true)
  }
}

/// Numbers that fall to 0, each its own class: a data set as another package would write it.
private struct Countdown: DataSource {
  static let name = "countdown"
  static let summary = "numbers that fall to 0"
  static let keys = [
    KeyDescription(
      "from", type: "whole number from 1", standard: nil, meaning: "one more than the first")
  ]
  let from: Int
  let isTokens = false

  enum CodingKeys: String, CodingKey {
    case from
  }

  init(from: Int) { self.from = from }

  init(reading section: ConfigSection, context: Int?) throws(ConfigError) {
    from = try section.require(CodingKeys.from, .integer(atLeast: 1))
  }

  func load(loss: LossKind, seed: UInt64) throws(DataError) -> Dataset {
    Dataset(
      input: SampleType(shape: [1], element: .float32), labels: [], classes: from, loss: loss,
      train: Samples(count: from), test: Samples(count: from))
  }

  struct Samples: SampleSource {
    let count: Int

    func write(inputs samples: Span<Int>, epoch: Int, into memory: UnsafeMutableRawBufferPointer) {
      let values = memory.bindMemory(to: Float.self)
      for row in 0..<samples.count { values[row] = Float(count - 1 - samples[row]) }
    }

    func write(
      classes samples: Span<Int>, epoch: Int, into memory: UnsafeMutableBufferPointer<Int32>
    ) {
      for row in 0..<samples.count { memory[row] = Int32(count - 1 - samples[row]) }
    }
  }
}
