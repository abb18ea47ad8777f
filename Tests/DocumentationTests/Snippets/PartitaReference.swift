import PartitaGraph
import PartitaReference
import Testing

extension Snippets {
  @Test func reference() throws {
    // snippet
    var graph = Graph()
    try graph.beginLayer("weights")
    let w = try graph.parameter("w", [2], .constant(0))
    let penalty = try graph.append(L2Penalty(weightDecay: 1), w)
    let gradient = try graph.differentiate(penalty, withRespectTo: [w])[w] ?? w

    let interpreter = ReferenceInterpreter(graph, samples: 1)
    let values = try interpreter.evaluate([penalty, gradient], with: [w: Tensor([2], [3, 4])])
    // (3² + 4²) / 2 = 12.5, and its gradient is w itself.
    // end
    #expect(values[penalty]?.elements == [12.5])
    #expect(values[gradient]?.elements == [3, 4])
  }
}
