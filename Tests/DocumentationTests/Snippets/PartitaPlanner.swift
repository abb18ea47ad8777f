import PartitaPlanner
import PartitaWorkload
import Testing

extension Snippets {
  @Test func planner() throws {
    // snippet
    let graph = try WorkloadGraph(
      ids: ["a", "b", "c", "d"],
      edges: (0..<3).map { .init(from: $0, to: $0 + 1) })
    let costs = PipedreamCosts(
      seconds: [1, 2, 2, 1], activationBytes: [8, 8, 8, 8], parameterBytes: [4, 4, 4, 4])
    let workload = Workload(name: "chain", graph: graph, costs: .pipedream(costs))

    // Two devices, one each for its stage: the slower stage takes 3 seconds, which is the best.
    let request = PartitionRequest(devices: 2, isStraight: true)
    let proposal = try OptimalPlanner(budget: .unlimited).plan(workload, request)
    print(proposal.value, proposal.result.lowerBound, proposal.partition.parts.map(\.nodes))
    // end
    #expect(abs(proposal.value - 3) < 1e-6)
    #expect(proposal.result.isOptimal)
    #expect(proposal.partition.parts.map { $0.nodes.sorted() } == [[0, 1], [2, 3]])
  }
}
