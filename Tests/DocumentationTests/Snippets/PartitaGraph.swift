import PartitaGraph
import Testing

extension Snippets {
  @Test func graph() throws {
    // snippet
    var graph = Graph()
    try graph.beginLayer("linear")
    let w = try graph.parameter("w", [10, 64], .normal(deviation: 0.1))
    let penalty = try graph.append(L2Penalty(weightDecay: 0.01), w)
    let gradients = try graph.differentiate(penalty, withRespectTo: [w])
    print(graph)  // a line for each variable and each node, forward and backward
    // end
    let gradient = try #require(gradients[w])
    #expect(graph.type(of: gradient).shape == [10, 64])
    #expect(graph.description.contains("(linear, backward)"))
  }
}
