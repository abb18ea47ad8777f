import Foundation
import PartitaCurvature
import PartitaGraph
import PartitaReference

/// What scripts/fixtures/hessian.py wrote: a small MLP, and every number of the Hessian of its J.
struct HessianFixture: Decodable {
  let widths: [Int]
  let decay: Double
  let samples: Int
  let input: [Double]
  let labels: [Double]
  let parameters: [String: [Double]]
  let hessian: [[Double]]
  let eigenvalues: [Double]

  static func load() throws -> HessianFixture {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Fixtures/hessian.json")
    return try JSONDecoder().decode(HessianFixture.self, from: Data(contentsOf: file))
  }

  /// The network with products of its Hessian.
  func model() throws -> ModelGraph {
    var graph = Graph()
    let x = try graph.variable("input", .perSample([widths[0]]), .input)
    let outputs = try graph.buildNetwork(
      .mlp(widths: widths, activation: .tanh), on: x, mode: .curvature, seed: 0)
    return try ModelGraph(
      curvatureOf: graph, outputs: outputs,
      objective: Objective(loss: .crossEntropy, weightDecay: decay))
  }

  /// The parameters.
  var shared: [String: Tensor] {
    let widths = widths
    return Dictionary(
      uniqueKeysWithValues: parameters.map { name, numbers in
        let layer = name.hasPrefix("linear1") ? 1 : 2
        let shape: Shape =
          name.hasSuffix("bias") ? [widths[layer]] : [widths[layer], widths[layer - 1]]
        return (name, Tensor(shape, numbers))
      })
  }

  /// Some of the samples.
  func microbatch(_ range: Range<Int>) -> [String: Tensor] {
    [
      "input": Tensor(
        [widths[0]], samples: range.count,
        Array(input[range.lowerBound * widths[0]..<range.upperBound * widths[0]])),
      "label": Tensor([], samples: range.count, Array(labels[range])),
    ]
  }

  /// H, of a batch in one piece or in several of these sizes.
  func space(microbatches: [Int]? = nil) throws -> GraphSpace {
    var (ranges, start) = ([Range<Int>](), 0)
    for size in microbatches ?? [samples] {
      ranges.append(start..<start + size)
      start += size
    }
    return try GraphSpace(
      model(), shared: shared, microbatches: ranges.map(microbatch), seed: 3)
  }
}
