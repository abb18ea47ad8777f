import PartitaCurvature
import PartitaGraph
import PartitaReference
import Testing

extension Snippets {
  @Test func curvature() throws {
    // snippet
    var graph = Graph()
    let x = try graph.variable("input", .perSample([1]), .input)
    let layer = LayerDescription("line", .linear(features: 1))
    let outputs = try graph.buildNetwork([layer], on: x, mode: .curvature, seed: 0)
    let model = try ModelGraph(
      curvatureOf: graph, outputs: outputs, objective: Objective(loss: .squaredError))

    // J = ((w·2 + b) - 1)²: H = 2·(2, 1)(2, 1)ᵀ, with the eigenvalues 0 and 10.
    let space = try GraphSpace(
      model, shared: ["line.weight": Tensor([1, 1], [3]), "line.bias": Tensor([1], [0])],
      microbatches: [
        ["input": Tensor([1], samples: 1, [2]), "label": Tensor([], samples: 1, [0])]
      ],
      seed: 0)
    let study = try CurvatureStudy(CurvatureRequest(wantsMatrix: true), of: space)
    // end
    #expect(study.matrix == [[8, 4], [4, 2]])
    #expect(study.eigenvalues.count == 2)
    #expect(abs(study.eigenvalues[0].value) < 1e-12 && abs(study.eigenvalues[1].value - 10) < 1e-12)
  }
}
