public import PartitaWorkload

/// The search for the best partition, with the best bound that a certificate proves.
///
/// Deterministic but for requests that the budget's clock ends early. Of equal values the one with
/// fewer devices wins, then the one with fewer stages.
public struct OptimalPlanner: PartitionPlanner {
  public var method: PartitionMethod { .optimal }
  /// How long the search may go on.
  public let budget: SearchBudget

  /// A search within a budget.
  public init(budget: SearchBudget) { self.budget = budget }

  /// Searches with the planner of the workload's cost model.
  /// - Throws: `WorkloadError.impossible` with what would do, where nothing fits.
  public func plan(
    _ workload: Workload, _ request: PartitionRequest
  ) throws(WorkloadError) -> PartitionProposal {
    PartitionProposal(try search(workload, request))
  }

  private func search(
    _ workload: Workload, _ request: PartitionRequest
  ) throws(WorkloadError) -> PartitionResult {
    let graph = workload.graph
    switch workload.costs {
    case .pipedream(let costs):
      let model = PipedreamModel(graph: graph, costs: costs, request: request)
      return try PipedreamPlanner(model: model, budget: budget).plan()
    case .piper(let costs):
      let model = PiperModel(graph: graph, costs: costs, request: request)
      return try PiperPlanner(model: model, budget: budget).plan()
    case .placement(let costs):
      let model = PlacementModel(graph: graph, costs: costs, request: request)
      return try PlacementPlanner(model: model, budget: budget).plan()
    }
  }
}
