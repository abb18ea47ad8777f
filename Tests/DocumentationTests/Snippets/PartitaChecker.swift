import PartitaChecker
import PartitaPlanner
import PartitaWorkload
import Testing

extension Snippets {
  @Test func checker() throws {
    // snippet
    let graph = try WorkloadGraph(
      ids: ["a", "b", "c"], edges: [.init(from: 0, to: 1), .init(from: 1, to: 2)])
    let costs = PipedreamCosts(
      seconds: [1, 2, 3], activationBytes: [8, 8, 8], parameterBytes: [4, 4, 4])
    let workload = Workload(name: "chain", graph: graph, costs: .pipedream(costs))
    let request = PartitionRequest(devices: 2)
    var result = try OptimalPlanner(budget: .unlimited).plan(workload, request).result

    try PartitionChecker.check(result, of: workload, under: request)  // returns: it is proved
    result.value /= 2
    // A claim that isn't true is refused, with the reason.
    // end
    #expect(throws: WorkloadError.self) {
      try PartitionChecker.check(result, of: workload, under: request)
    }
  }
}
