import Foundation
import PartitaGraph
import Testing

/// A graph as text.
@Suite struct PrintingTests {
  /// The digits MLP with its gradients and updates, line by line.
  @Test func trainingGraph() throws {
    let model = try model(
      .mlp(widths: [64, 128, 10], activation: .relu), .perSample([64]),
      Objective(loss: .crossEntropy, weightDecay: 1e-4),
      Optimizer(.sgd(momentum: 0.9, nesterov: false)))
    let golden = try String(contentsOf: fixture("mlp-graph.txt"), encoding: .utf8)
    let lines = model.graph.description.split(separator: "\n")
    for (found, expected) in zip(lines, golden.split(separator: "\n")) {
      #expect(found == expected)
    }
    #expect(model.graph.description == golden)
  }
}

/// A file of the folder Fixtures.
func fixture(_ name: String) -> URL {
  URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/\(name)")
}
