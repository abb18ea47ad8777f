import PartitaWorkload
import Testing

extension Snippets {
  @Test func workload() throws {
    // snippet
    let graph = try WorkloadGraph(
      ids: ["embed", "left", "right", "join"],
      edges: [
        .init(from: 0, to: 1), .init(from: 0, to: 2), .init(from: 1, to: 3), .init(from: 2, to: 3),
      ])
    let costs = PipedreamCosts(
      seconds: [1, 2, 2, 1], activationBytes: [8, 8, 8, 8], parameterBytes: [4, 4, 4, 4])
    let workload = Workload(name: "diamond", graph: graph, costs: .pipedream(costs))
    // end
    #expect(workload.family == "pipedream")
    #expect(workload.graph.topologicalOrder.first == 0)
    #expect(workload.graph.predecessors[3] == [1, 2])
  }
}
