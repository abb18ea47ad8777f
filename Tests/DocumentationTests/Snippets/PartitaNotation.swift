import PartitaGraph
import PartitaNotation
import Testing

extension Snippets {
  @Test func notation() throws {
    // snippet
    var graph = Graph()
    let x = try graph.variable("input", .perSample([2]), .input)
    let layers = [LayerDescription].mlp(widths: [2, 3, 2], activation: .relu, bias: false)
    let outputs = try graph.buildNetwork(layers, on: x, mode: .training, seed: 0)
    let model = try ModelGraph(
      graph, outputs: outputs, objective: Objective(loss: .crossEntropy, weightDecay: 0.1),
      optimizer: nil)

    let derivation = try Derivation(model)
    let lines = derivation.backward.map { $0.text() }
    // The last one is dJ/dW1 = dJ/dz xᵀ + λ W1.
    // end
    #expect(lines.last == "dJ/dW1 = dJ/dz xᵀ + λ W1")
  }
}
