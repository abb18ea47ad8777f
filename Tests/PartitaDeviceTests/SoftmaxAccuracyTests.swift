import CKernels
import Foundation
import Testing

/// Softmax keeps its shift and its sum apart and rounds once: for all finite scores its error is at
/// most twice that of PyTorch in float32, and 2 units in the last place.
@Suite struct SoftmaxAccuracyTests {
  /// What scripts/fixtures/softmax.py wrote: scores, and PyTorch's errors on them.
  struct Fixture: Decodable {
    let crossEntropy: [CrossEntropy]
    let attention: [Attention]

    enum CodingKeys: String, CodingKey {
      case crossEntropy = "cross_entropy"
      case attention
    }

    /// Errors of each row's loss and of each score's gradient.
    struct CrossEntropy: Decodable, CustomTestStringConvertible {
      let name: String
      let classes: Int
      let scores: [Float]
      let labels: [Int32]
      let loss, gradient: [Double]
      var testDescription: String { name }
    }

    /// The largest errors of the result and of the gradients of queries, keys and values.
    struct Attention: Decodable, CustomTestStringConvertible {
      let name: String
      let heads, time: Int
      let qkv, dy: [Float]
      let errors: [Double]
      var testDescription: String { "\(name), \(heads) heads, \(time) positions" }
    }

    static func load() throws -> Fixture {
      let file = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Fixtures/softmax.json")
      return try JSONDecoder().decode(Fixture.self, from: Data(contentsOf: file))
    }
  }

  /// The error in units in the last place of a number of this size; infinite for NaN.
  private func units(_ found: Float, _ exact: Double, of size: Double? = nil) -> Double {
    let largest = Double(Float.greatestFiniteMagnitude)
    if abs(exact) > largest, found.isInfinite { return 0 }
    let unit = Double(Float(min(abs(size ?? exact), largest)).ulp)
    let error = abs(Double(found) - exact) / unit
    return error.isNaN ? .infinity : error
  }

  /// Losses, and gradients for a dloss of 1.
  private func crossEntropy(_ scores: [Float], _ labels: [Int32]) -> (
    loss: [Float], gradient: [Float]
  ) {
    let (rows, classes) = (labels.count, scores.count / labels.count)
    let saved = run([scores], output: values(3 * rows)) {
      _ = pk_cross_entropy($0[0], labels, rows, 1, classes, $1, $1 + rows, $1 + 2 * rows)
    }
    let ones = [Float](repeating: 1, count: rows)
    let gradient = run([scores, saved, ones], output: scores) {
      _ = pk_cross_entropy_gradient(
        $0[0], labels, $0[1] + rows, $0[1] + 2 * rows, $0[2], rows, 1, classes, $1)
    }
    return (Array(saved[..<rows]), gradient)
  }

  private func exact(_ scores: [Float], _ labels: [Int32]) -> (loss: [Double], gradient: [Double]) {
    let classes = scores.count / labels.count
    var (loss, gradient): ([Double], [Double]) = ([], [])
    for (row, label) in labels.enumerated() {
      let x = scores[row * classes..<(row + 1) * classes].map(Double.init)
      let largest = x.indices.max { x[$0] < x[$1] } ?? 0
      let e = x.map { exp($0 - x[largest]) }
      func sum(without place: Int) -> Double {
        e.indices.reduce(0) { $1 == place ? $0 : $0 + e[$1] }
      }
      let others = sum(without: largest)
      loss.append(x[largest] - x[Int(label)] + log1p(others))
      for c in x.indices {
        gradient.append((c == label ? -sum(without: c) : e[c]) / (1 + others))
      }
    }
    return (loss, gradient)
  }

  @Test(arguments: try Fixture.load().crossEntropy)
  func crossEntropyIsAsExactAsPyTorch(_ test: Fixture.CrossEntropy) {
    let found = crossEntropy(test.scores, test.labels)
    let exact = exact(test.scores, test.labels)
    for (i, limit) in test.loss.enumerated() {
      let error = units(found.loss[i], exact.loss[i])
      #expect(error <= 2 * limit + 2, "row \(i): \(found.loss[i]), not \(exact.loss[i])")
    }
    for (i, limit) in test.gradient.enumerated() {
      let error = units(found.gradient[i], exact.gradient[i])
      #expect(error <= 2 * limit + 2, "\(i): \(found.gradient[i]), not \(exact.gradient[i])")
    }
  }

  /// Without PyTorch: 3 units everywhere, but for what 1 swallows in Float64.
  @Test(arguments: [2, 10, 17, 65, 1000], [1, 20, 100, 1e5, 3.4e38] as [Float])
  func randomScores(classes: Int, limit: Float) {
    let rows = 40
    for offset in [0, 1000] as [Float] where limit < 1e5 {
      let scores = values(rows * classes, seed: UInt64(classes), in: -limit...limit)
        .map { $0 + offset }
      let labels = values(rows, seed: 7, in: 0...1).map { Int32($0 * Float(classes - 1)) }
      let found = crossEntropy(scores, labels)
      let exact = exact(scores, labels)
      for (got, want) in zip(found.loss + found.gradient, exact.loss + exact.gradient) {
        #expect(units(got, want) <= 3 || abs(Double(got) - want) < 1e-14, "\(got), not \(want)")
      }
    }
  }

  /// All scores equal: the loss is log 10, whatever they are.
  @Test(arguments: [0, .leastNonzeroMagnitude, 1e4, 1e6, -1e8, 3.4e38] as [Float])
  func equalScores(score: Float) {
    let found = crossEntropy([Float](repeating: score, count: 10), [3])
    #expect(found.loss == [Float(log(10.0))])
    #expect(found.gradient.indices.allSatisfy { found.gradient[$0] == ($0 == 3 ? -0.9 : 0.1) })
  }

  @Test(arguments: try Fixture.load().attention)
  func attentionIsAsExactAsPyTorch(_ test: Fixture.Attention) {
    let (time, width) = (test.time, test.dy.count / test.time)
    let shape = KernelAttentionTests.Shape(time: time, width: width, heads: test.heads)
    let found = KernelAttentionTests.results(shape, test.qkv, test.dy)
    let exact = KernelAttentionTests.reference(shape, test.qkv, test.dy)
    let parts = (0..<3).map { part in
      exact[3].indices.filter { $0 % (3 * width) / width == part }
    }
    let gradients = parts.map { places in
      (places.map { found.gradient[$0] }, places.map { exact[3][$0] })
    }
    for (limit, (got, want)) in zip(
      test.errors, [(Array(found.forward[..<test.dy.count]), exact[0])] + gradients)
    {
      let size = want.map(abs).max() ?? 0
      let error = zip(got, want).map { units($0, $1, of: size) }.max() ?? 0
      #expect(error <= 2 * limit + 2, "\(error) units")
    }
  }
}
