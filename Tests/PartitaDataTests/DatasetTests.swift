import Foundation
import PartitaConfig
import PartitaData
import PartitaGraph
import PartitaKeys
import Testing

@Suite struct DatasetTests {
  @Test func digits() throws {
    let data = try config("name: digits").source.load(loss: .crossEntropy, seed: 0)
    #expect(data.input == SampleType(shape: [1, 8, 8], element: .float32))
    #expect(data.label == SampleType(shape: [], element: .int32))
    #expect(data.classes == 10)
    #expect(data.train.count == 1500)
    #expect(data.test.count == 297)
    // The set's first row of pixels, and its first and last labels, as scikit-learn has them.
    #expect(
      data.train.inputs([0]).prefix(8).map { $0 * 16 } == [0, 0, 5, 13, 9, 1, 0, 0])
    #expect(data.train.classNumbers(Array(0..<10)) == Array(0..<10))
    #expect(data.test.classNumbers([294, 295, 296]) == [8, 9, 8])
    let labels = data.train.classNumbers(Array(0..<1500)) + data.test.classNumbers(Array(0..<297))
    #expect(
      (0..<10).map { digit in labels.count { $0 == digit } }
        == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180])
  }

  @Test func samplesComeInTheOrderAskedFor() throws {
    let data = try config("name: digits").source.load(loss: .crossEntropy, seed: 0)
    let both = data.train.inputs([1400, 3])
    #expect(both == data.train.inputs([1400]) + data.train.inputs([3]))
    #expect(both.allSatisfy { (0...1).contains($0) })
  }

  @Test func limitsAndNormalisation() throws {
    let data = try config("name: digits, train_samples: 100, test_samples: 5, normalize: true")
      .source.load(loss: .crossEntropy, seed: 0)
    #expect(data.train.count == 100)
    #expect(data.test.count == 5)
    let values = data.train.inputs(Array(0..<100)).map(Double.init)
    let mean = values.reduce(0, +) / Double(values.count)
    let square = values.reduce(0) { $0 + $1 * $1 } / Double(values.count)
    #expect(abs(mean) < 1e-6)
    #expect(abs(square - 1) < 1e-6)
  }

  @Test func squaredErrorGetsVectors() throws {
    let data = try config("name: digits").source.load(loss: .squaredError, seed: 0)
    #expect(data.label == SampleType(shape: [10], element: .float32))
    let labels = data.train.labels([3, 0, 9], as: Float.self, count: 30)
    let expected = [3, 0, 9].flatMap { one in (0..<10).map { $0 == one ? Float(1) : 0 } }
    #expect(labels == expected)
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/usr/share/datasets/fashion-mnist")))
  func fashionMNIST() throws {
    let data = try config("name: fashion-mnist").source.load(loss: .crossEntropy, seed: 0)
    #expect(data.input.shape == [1, 28, 28])
    #expect(data.train.count == 60_000)
    #expect(data.test.count == 10_000)
    #expect(data.train.classNumbers([0, 1, 2]) == [9, 0, 0])
    #expect(data.train.inputs([0]).max() == 1)
  }

  @Test func fashionMNISTElsewhere() throws {
    let error = #expect(throws: DataError.self) {
      try config("name: fashion-mnist, path: /nowhere").source.load(loss: .crossEntropy, seed: 0)
    }
    #expect(
      error?.description
        == "/nowhere: Fashion-MNIST is not here; install it with \"apt-get install "
        + "dataset-fashion-mnist\", or let data.path name its folder")
  }

  @Test func syntheticValues() throws {
    let text = "name: synthetic, samples: 20, test_samples: 3, shape: [2, 3], classes: 4"
    let data = try config(text).source.load(loss: .crossEntropy, seed: 5)
    #expect(data.input == SampleType(shape: [2, 3], element: .float32))
    #expect(data.train.count == 20)
    #expect(data.test.count == 3)
    #expect(data.train.inputs([0, 1]) != data.train.inputs([1, 0]))
    #expect(data.train.inputs([0]) != data.test.inputs([0]))
    #expect(data.train.classNumbers(Array(0..<20)).allSatisfy { (0..<4).contains($0) })
    let more = try config(text.replacing("samples: 20", with: "samples: 30")).source.load(
      loss: .crossEntropy, seed: 5)
    #expect(more.train.inputs([19]) == data.train.inputs([19]))
    let other = try config(text).source.load(loss: .crossEntropy, seed: 6)
    #expect(other.train.inputs([0]) != data.train.inputs([0]))
  }

  @Test func syntheticTokens() throws {
    let data = try config("name: synthetic, samples: 8, context: 5, classes: 7").source.load(
      loss: .crossEntropy, seed: 0)
    #expect(data.input == SampleType(shape: [5], element: .int32))
    #expect(data.label == SampleType(shape: [5], element: .int32))
    let tokens = data.train.tokens(Array(0..<8), context: 5)
    #expect(Set(tokens) == Set(0..<7))
  }

  private func config(_ data: String) throws -> DataConfig { try dataConfig(data) }
}

private enum ContextKey: String, CodingKey {
  case context
}

/// A `data` section in YAML's flow style, without its braces.
func dataConfig(
  _ text: String, _ sets: DataCatalogue = .standard
) throws -> DataConfig {
  let node = try ConfigNode(yaml: "{\(text)}") { .file("test", line: $0) }
  let section = try ConfigSection(node, path: "data")
  let context = try section.value(ContextKey.context, .integer(atLeast: 1))
  return try DataConfig(section, context: context, catalogue: sets)
}

extension Dataset.Split {
  /// The inputs of `samples` as real values.
  func inputs(_ samples: [Int]) -> [Float] {
    let size = (source as? Images)?.pixels ?? 6
    var values = [Float](repeating: -1, count: size * samples.count)
    values.withUnsafeMutableBytes { write(inputs: samples.span, epoch: 0, into: $0) }
    return values
  }

  /// The inputs of `samples` as tokens.
  func tokens(_ samples: [Int], context: Int, epoch: Int = 0) -> [Int32] {
    var values = [Int32](repeating: -1, count: context * samples.count)
    values.withUnsafeMutableBytes { write(inputs: samples.span, epoch: epoch, into: $0) }
    return values
  }

  /// The labels of `samples`, which have one class number each.
  func classNumbers(_ samples: [Int]) -> [Int32] {
    labels(samples, as: Int32.self, count: samples.count)
  }

  /// The labels of `samples`, `count` elements in all.
  func labels<Element: BitwiseCopyable & ExpressibleByIntegerLiteral>(
    _ samples: [Int], as type: Element.Type, count: Int, epoch: Int = 0
  ) -> [Element] {
    var values = [Element](repeating: 77, count: count)
    values.withUnsafeMutableBytes { write(labels: samples.span, epoch: epoch, into: $0) }
    return values
  }
}
