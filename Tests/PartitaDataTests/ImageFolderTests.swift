import Foundation
import PartitaData
import PartitaGraph
import PartitaKeys
import TestFiles
import Testing

@Suite struct ImageFolderTests {
  private let folder: TemporaryFolder
  private let images = ImageFiles.self

  init() throws { folder = try TemporaryFolder() }

  /// Classes are the folders in the order of their names; samples take turns among them. What a file
  /// is follows from its bytes.
  @Test func foldersAreClasses() throws {
    try fill("train")
    let data = try load("path: \(path("train")), test_path: \(path("train"))")
    #expect(data.input == SampleType(shape: [3, 1, 2], element: .float32))
    #expect(data.notes["classes"] == "[\"ant\",\"bee\"]")
    #expect(data.notes["normalisation"] == "{\"white\":255.0}")
    #expect(data.train.classNumbers([0, 1, 2, 3]) == [0, 1, 0, 0])
    #expect(data.train.inputs([1]).map { $0 * 255 } == [40, 43, 41, 44, 42, 45])
    #expect((0..<4).map { data.train.inputs([$0])[0] * 255 } == [10, 40, 20, 30])
    #expect(data.test.inputs([2]) == data.train.inputs([2]))
    let first = try load("path: \(path("train")), test_path: \(path("train")), train_samples: 2")
    #expect(first.train.classNumbers([0, 1]) == [0, 1] && first.train.count == 2)
  }

  /// What is said before any image is decoded is what is loaded.
  @Test(arguments: ["", ", size: [4, 5]", ", colour: grey, test_fraction: 0.5, train_samples: 1"])
  func isDescribedAsItIsLoaded(keys: String) throws {
    try fill("train")
    let config = try config("path: \(path("train"))\(keys)")
    for loss in LossKind.allCases {
      #expect(
        try config.source.describe(loss: loss)
          == config.source.load(loss: loss, seed: 0).description)
    }
  }

  /// Grey is luma in whole numbers; grey images keep their bytes.
  @Test func colours() throws {
    try write(images.png(1, 2, .rgb, [255, 0, 0, 0, 0, 255]), to: "a/x")
    try write(images.png(1, 2, .grey, [77, 200]), to: "b/x")
    let grey = try load("path: \(folder.path), test_path: \(folder.path), colour: grey")
    #expect(grey.input.shape == [1, 1, 2])
    #expect(grey.train.inputs([0, 1]).map { ($0 * 255).rounded() } == [76, 29, 77, 200])
    let normal = try load("path: \(folder.path), test_path: \(folder.path), normalize: true")
    let values = normal.train.inputs([0, 1]).map(Double.init)
    for channel in 0..<3 {
      let part = [0, 1, 6, 7].map { values[$0 + 2 * channel] }
      #expect(abs(part.reduce(0, +)) < 1e-6)
      #expect(abs(part.map { $0 * $0 }.reduce(0, +) / 4 - 1) < 1e-6)
    }
  }

  /// PNG and JPEG of several sizes become one size.
  @Test func imagesAreResized() throws {
    try write(images.greyJPEG, to: "a/1.png")
    try write(images.redJPEG, to: "a/2.jpeg")
    try write(images.png(1, 1, .grey, [9]), to: "b/1")
    let keys = "path: \(folder.path), test_path: \(folder.path), size: [2, 2], colour: grey"
    let data = try load(keys)
    let values = data.train.inputs([0, 1, 2]).map { ($0 * 255).rounded() }
    #expect(values == [77, 77, 200, 200, 9, 9, 9, 9, 91, 91, 91, 91])
  }

  /// What can't be is refused by the name of the file.
  @Test func filesThatDoNotFit() throws {
    try expect(
      "\(folder.path): it has 0 folders of images; there must be one for each of two or more "
        + "classes")
    try fill("train")
    try write([], to: ".hidden")
    try write([], to: "train/ant/.hidden")
    try write(images.png(2, 1, .grey, [1, 2]), to: "train/bee/2")
    try expect(
      "\(path("train/bee/2")): it has 2x1 pixels, and \(path("train/ant/1")) has 1x2: give data.size, "
        + "the rows and columns that all images are resized to", "train")
    try write(Array("a word".utf8), to: "train/bee/2")
    try expect(
      "\(path("train/bee/2")): this is neither PNG nor JPEG: its first bytes are 61 20 77 6f 72 64",
      "train")
    try FileManager.default.removeItem(atPath: path("train/bee/2"))
    try folders("train/bee/2")
    try expect(
      "\(path("train/bee/2")): can't read this file: Is a directory", "train")
    try folders("train/cat")
    try expect("\(path("train/cat")): this class has no images", "train")
    try fill("test")
    try write(images.png(1, 2, .grey, [1, 2]), to: "train/cat/1")
    try expect(
      "\(path("test")): it has no folder of these classes: cat", "train, test_path: \(path("test"))"
    )
    try expect(
      "\(path("train")): these folders are no classes to train on: cat",
      "test, test_path: \(path("train"))")
    try expect("\(path("no")): this is no folder that can be read", "no")
  }

  /// Keys that can't be are refused before a file is looked for.
  @Test(arguments: [
    ("colour: rgb", "test:1: data.path: this key is missing; it takes a folder"),
    (
      "path: a, test_path: b, test_fraction: 0.5",
      "test:1: data.test_fraction: data.test_path is tested on; nothing is split"
    ),
    (
      "path: a, size: [3]",
      "test:1: data.size: found [3], expected a list of two whole numbers from 1 to 65535, rows and "
        + "columns"
    ),
    (
      "path: a, size: [3, 0]",
      "test:1: data.size: found [3, 0], expected a list of two whole numbers from 1 to 65535, rows "
        + "and columns"
    ),
    (
      "path: a, colour: gray",
      "test:1: data.colour: there is no choice \"gray\"; did you mean \"grey\"? Known here: grey, rgb"
    ),
  ])
  func keysThatDoNotFit(keys: String, words: String) {
    let error = #expect(throws: ConfigError.self) { try config(keys) }
    #expect(error?.description == words)
  }

  /// Images that memory has no room for are refused before one is decoded.
  @Test func imagesHaveRoom() throws {
    try fill("train")
    let error = #expect(throws: DataError.self) {
      try load("path: \(path("train")), size: [65535, 65535], train_samples: 3")
    }
    #expect(
      error?.description.hasPrefix(
        "data.path: 4 images of 65535x65535 pixels take 51538034700 bytes of memory, and ") == true)
  }

  /// Two classes, of three images and one.
  private func fill(_ name: String) throws {
    for (file, first) in [("ant/1", 10), ("ant/2.jpg", 20), ("ant/3", 30), ("bee/1", 40)] {
      try write(
        images.png(1, 2, .rgb, (0..<6).map { UInt8(first + $0) }), to: "\(name)/\(file)")
    }
  }

  private func expect(_ words: String, _ keys: String = "") throws {
    let path = keys.isEmpty ? folder.path : path(keys)
    let error = #expect(throws: DataError.self) { try load("path: \(path)") }
    #expect(error?.description == words)
  }

  private func config(_ keys: String) throws -> DataConfig {
    try dataConfig("name: image-folder, \(keys)")
  }

  private func load(_ keys: String) throws -> Dataset {
    try config(keys).source.load(loss: .crossEntropy, seed: 0)
  }

  private func path(_ name: String) -> String { folder.file(name) }

  private func folders(_ name: String) throws {
    try FileManager.default.createDirectory(
      atPath: path(name), withIntermediateDirectories: true)
  }

  private func write(_ bytes: [UInt8], to name: String) throws {
    try folders((name as NSString).deletingLastPathComponent)
    try folder.write(bytes, to: name)
  }
}
