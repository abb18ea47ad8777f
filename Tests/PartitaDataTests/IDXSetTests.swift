import Foundation
import PartitaData
import PartitaGraph
import PartitaKeys
import TestFiles
import Testing

@Suite struct IDXSetTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// The classes are the labels of both parts in ascending order, whatever number they begin with.
  @Test func classesAreTheLabelsThatOccur() throws {
    try write(images(3), labels([3, 1, 3]))
    try write(images(2), labels([26, 1]), part: "t10k")
    let data = try load()
    #expect(data.classes == 3)
    #expect(data.train.classNumbers([0, 1, 2]) == [1, 0, 1])
    #expect(data.test.classNumbers([0, 1]) == [2, 0])
    #expect(data.notes["classes"] == "[\"1\",\"3\",\"26\"]")
    #expect(data.notes["normalisation"] == "{\"white\":255.0}")
  }

  /// A label is the same number in every type, and negative ones come first.
  @Test(
    arguments: [
      (0x09, [5, 0xFE, 5]), (0x0B, [0, 5, 0xFF, 0xFE, 0, 5]),
      (0x0C, [0, 0, 0, 5, 0xFF, 0xFF, 0xFF, 0xFE, 0, 0, 0, 5]),
    ] as [(UInt8, [UInt8])])
  func labelsOfEveryType(type: UInt8, bytes: [UInt8]) throws {
    try write(images(3), idx(type, [3], bytes))
    try write(images(3), idx(type, [3], bytes), part: "t10k")
    let data = try load()
    #expect(data.notes["classes"] == "[\"-2\",\"5\"]")
    #expect(data.train.classNumbers([0, 1, 2]) == [1, 0, 1])
  }

  /// The whole range of 32 bits.
  @Test func theLargestLabels() throws {
    let bytes: [UInt8] = [0x7F, 0xFF, 0xFF, 0xFF, 0x80, 0, 0, 0]
    try write(images(2), idx(0x0C, [2], bytes))
    let data = try load("path: \(folder.path), test_fraction: 0.5")
    #expect(data.notes["classes"] == "[\"-2147483648\",\"2147483647\"]")
  }

  /// Vectors, grey images and images with channels have the shapes that layers expect.
  @Test(arguments: [([4, 6], [6]), ([4, 2, 3], [1, 2, 3]), ([4, 3, 1, 2], [3, 1, 2])])
  func shapes(extents: [Int], shape: [Int]) throws {
    try write(idx(8, extents, Array(0..<24)), labels([0, 1, 0, 1]))
    try write(idx(8, extents, Array(24..<48)), labels([0, 1, 0, 1]), part: "t10k")
    let data = try load()
    #expect(data.input == SampleType(shape: shape, element: .float32))
    #expect(data.train.inputs([1]).map { $0 * 255 } == [6, 7, 8, 9, 10, 11])
    #expect(data.test.inputs([0]).map { $0 * 255 } == [24, 25, 26, 27, 28, 29])
    #expect(try config().source.describe(loss: .crossEntropy) == data.description)
  }

  /// How files are packed and called changes nothing.
  @Test func packingAndNamesChangeNothing() throws {
    func digest(_ files: [(String, [UInt8])]) throws -> String {
      let folder = try TemporaryFolder()
      for (name, bytes) in files { try folder.write(bytes, to: name) }
      return try dataConfig("name: idx, path: \(folder.path)").source
        .load(loss: .crossEntropy, seed: 0).digest
    }
    let (train, trainLabels) = (images(4), labels([1, 2, 3, 1]))
    let (test, testLabels) = (images(2), labels([3, 1]))
    let plain = try digest([
      ("train-images-idx3-ubyte", train), ("train-labels-idx1-ubyte", trainLabels),
      ("t10k-images-idx3-ubyte", test), ("t10k-labels-idx1-ubyte", testLabels),
    ])
    #expect(
      try plain
        == digest([
          ("train-images.idx3-ubyte.gz", gzip(train)), ("train-labels.idx1-ubyte", trainLabels),
          ("t10k-images.idx3-ubyte", test), ("t10k-labels.idx1-ubyte", gzip(testLabels)),
          (".train-images", [1]), ("readme.txt", [2]),
        ]))
    let (head, tail) = (Array(train[..<17]), Array(train[17...]))
    #expect(
      try plain
        == digest([
          ("emnist-letters-train-images-idx3-ubyte.gz", gzip(head) + gzip(tail)),
          ("emnist-letters-train-labels-idx1-ubyte.gz", gzip(trainLabels)),
          ("emnist-letters-test-images-idx3-ubyte.gz", gzip(test)),
          ("emnist-letters-test-labels-idx1-ubyte.gz", gzip(testLabels)),
        ]))
  }

  /// Parts that are split off have every image once, in the file's order, and follow from the split's
  /// seed alone.
  @Test func aSplitHasEveryImageOnce() throws {
    try write(images(20), labels((0..<20).map { $0 % 3 }))
    func parts(_ keys: String, seed: UInt64 = 0) throws -> (train: [Int], test: [Int]) {
      let data = try config("path: \(folder.path)\(keys)").source.load(
        loss: .crossEntropy, seed: seed)
      func numbers(_ split: Dataset.Split) -> [Int] {
        (0..<split.count).map { Int((split.inputs([$0])[0] * 255).rounded()) }
      }
      for split in [data.train, data.test] {
        #expect(split.classNumbers(Array(0..<split.count)) == numbers(split).map { Int32($0 % 3) })
      }
      return (numbers(data.train), numbers(data.test))
    }
    let first = try parts("")
    #expect(first.test.count == 2)
    #expect(first.train == first.train.sorted() && first.test == first.test.sorted())
    #expect((first.train + first.test).sorted() == Array(0..<20))
    #expect(try parts("", seed: 9).test == first.test)
    let most = try parts(", test_fraction: 0.99")
    #expect(most.train.count == 1)
    #expect(try (1...9).contains { try parts(", split_seed: \($0)").test != first.test })
    let limited = try parts(", train_samples: 3, test_samples: 1")
    #expect(limited.train == Array(first.train.prefix(3)) && limited.test == [first.test[0]])
  }

  /// Each channel has mean 0 and variance 1 over the images that are trained on, and over no others.
  @Test func channelsAreNormalisedEachByItself() throws {
    try write(idx(8, [2, 2, 1, 2], [0, 10, 100, 100, 20, 30, 100, 200]), labels([0, 1]))
    try write(idx(8, [1, 2, 1, 2], [255, 255, 255, 255]), labels([0]), part: "t10k")
    let data = try load("path: \(folder.path), normalize: true")
    let values = data.train.inputs([0, 1]).map(Double.init)
    for channel in [[0, 1, 4, 5], [2, 3, 6, 7]] {
      let part = channel.map { values[$0] }
      #expect(abs(part.reduce(0, +)) < 1e-6)
      #expect(abs(part.map { $0 * $0 }.reduce(0, +) / 4 - 1) < 1e-6)
    }
    struct Note: Decodable {
      let white: Double
      let mean, deviation: [Double]
    }
    let text = try #require(data.notes["normalisation"])
    let note = try JSONDecoder().decode(Note.self, from: Data(text.utf8))
    #expect(note.white == 255 && note.deviation.count == 2)
    #expect(zip(note.mean, [15, 125]).allSatisfy { abs($0 * 255 - $1) < 1e-9 })
  }

  /// No beginning of a file is taken for the file.
  @Test func everyTruncationIsAnError() throws {
    let (images, labels) = (images(3), labels([0, 1, 1]))
    for length in images.indices {
      try write(Array(images[..<length]), labels)
      #expect(throws: DataError.self, "length \(length)") { try load() }
    }
    for length in labels.indices {
      try write(images, Array(labels[..<length]))
      #expect(throws: DataError.self, "length \(length)") { try load() }
    }
  }

  /// What can't be is refused where it stands.
  @Test func filesThatDoNotFit() throws {
    let (train, one) = (
      folder.file("train-images-idx3-ubyte"), folder.file("train-labels-idx1-ubyte")
    )
    try expect(
      "\(folder.path): no file here has \"train-images\" in its name; name the files by "
        + "data.images and data.labels")
    try write(images(3), labels([1, 1, 1]))
    try expect("\(one): all labels are 1; there must be two or more")
    try write(images(3), labels([1, 2]))
    try expect("\(one): 2 labels stand against 3 images")
    try write(images(3) + [0], labels([1, 2, 1]))
    try expect("\(train): it has bytes after the end of its data")
    try write(idx(0x0B, [3, 2, 3], Array(repeating: 0, count: 36)), labels([1, 2, 1]))
    try expect(
      "\(train): its first bytes are 00 00 0b 03, not 00 00 08 02, 00 00 08 03 or 00 00 08 04, the "
        + "marks of IDX images, which are bytes")
    try write(images(3), idx(0x0D, [3], Array(repeating: 0, count: 12)))
    try expect(
      "\(one): its first bytes are 00 00 0d 01, not 00 00 08 01, 00 00 09 01, 00 00 0b 01 or "
        + "00 00 0c 01, the marks of IDX labels, which are whole numbers")
    try write(images(3), idx(0x0C, [3], [0, 0, 0, 1]))
    try expect("\(one): it is truncated: [3] asks for 12 bytes, and it has 4")
    try write(idx(8, [1, 1, 1], [7]), labels([1]))
    try expect("\(one): all labels are 1; there must be two or more")
    try write(images(3), labels([1, 2, 1]))
    try write(idx(8, [3, 3, 2], Array(0..<18)), labels([1, 2, 1]), part: "t10k")
    try expect(
      "\(folder.file("t10k-images-idx3-ubyte")): images to test on are of shape [1, 3, 2], those to "
        + "train on of [1, 2, 3]")
    try expect(
      "\(folder.file("t10k-images-idx3-ubyte")): these images are tested on, so nothing is split: "
        + "leave out data.test_fraction and data.split_seed", "path: \(folder.path), split_seed: 1")
    try folder.write([], to: "test-images-idx3-ubyte")
    try expect(
      "\(folder.path): several files may be the images to test on: t10k-images-idx3-ubyte, "
        + "test-images-idx3-ubyte; name the right ones by data.images, data.labels, "
        + "data.test_images and data.test_labels")
    try expect("/nowhere: this is no folder that can be read", "path: /nowhere")
    try expect("/no: can't read this file: No such file or directory", "images: /no, labels: /no")
    try expect("/: can't read this file: Is a directory", "images: /, labels: /")
  }

  /// Keys that contradict each other are refused before a file is looked for.
  @Test(arguments: [
    ("", "test:1: data.path: this key is missing; it takes a folder; or give images and labels"),
    (
      "path: a, images: b, labels: c",
      "test:1: data.images: data.path finds all files; give the folder or the files, not both"
    ),
    ("images: b", "test:1: data.labels: this key is missing; it takes an IDX file"),
    (
      "images: a, labels: b, test_images: c, test_labels: d, split_seed: 0",
      "test:1: data.split_seed: data.test_images are tested on; nothing is split"
    ),
    (
      "path: a, test_fraction: 0",
      "test:1: data.test_fraction: found 0, expected a number above 0 and below 1"
    ),
    (
      "path: a, test_fraction: 1",
      "test:1: data.test_fraction: found 1, expected a number above 0 and below 1"
    ),
  ])
  func keysThatDoNotFit(keys: String, words: String) {
    let error = #expect(throws: ConfigError.self) { try config(keys) }
    #expect(error?.description == words)
  }

  private func expect(_ words: String, _ keys: String? = nil) throws {
    let config = try config(keys ?? "path: \(folder.path)")
    let error = #expect(throws: DataError.self) {
      try config.source.load(loss: .crossEntropy, seed: 0)
    }
    #expect(error?.description == words)
  }

  private func config(_ keys: String? = nil) throws -> DataConfig {
    try dataConfig("name: idx, \(keys ?? "path: \(folder.path)")")
  }

  private func load(_ keys: String? = nil) throws -> Dataset {
    try config(keys).source.load(loss: .crossEntropy, seed: 0)
  }

  private func write(_ images: [UInt8], _ labels: [UInt8], part: String = "train") throws {
    try folder.write(images, to: "\(part)-images-idx3-ubyte")
    try folder.write(labels, to: "\(part)-labels-idx1-ubyte")
  }

  /// Images of 2x3 bytes; each begins with its number.
  private func images(_ count: Int) -> [UInt8] {
    idx(8, [count, 2, 3], (0..<count).flatMap { [UInt8($0), 0, 0, 0, 0, 255] })
  }

  private func labels(_ numbers: [Int]) -> [UInt8] {
    idx(8, [numbers.count], numbers.map { UInt8($0) })
  }

  /// An IDX file.
  private func idx(_ type: UInt8, _ extents: [Int], _ bytes: [UInt8]) -> [UInt8] {
    [0, 0, type, UInt8(extents.count)]
      + extents.flatMap { [0, 0, UInt8($0 >> 8), UInt8($0 & 255)] }
      + bytes
  }
}
