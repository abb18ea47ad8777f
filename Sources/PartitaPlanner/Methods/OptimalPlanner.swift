public import PartitaWorkload

/// The search for the best partition, with the best bound that a certificate proves.
///
/// It begins with the best plan of the simple methods, and none that it answers is worse. Deterministic
/// but for requests that the budget's clock ends early. Of equal values the one with fewer devices wins,
/// then the one with fewer stages.
public struct OptimalPlanner: PartitionPlanner {
  public var method: PartitionMethod { .optimal }
  /// How long the search may go on.
  public let budget: SearchBudget
  /// A graph partitioner whose plan is among those that it begins with.
  public let splitter: (any GraphSplitter)?

  /// A search within a budget.
  public init(budget: SearchBudget, splitter: (any GraphSplitter)? = nil) {
    self.budget = budget
    self.splitter = splitter
  }

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
    guard request.devices > 0 else {
      throw .impossible("a plan takes a device at least: ask for 1 or more")
    }
    let graph = workload.graph
    guard graph.count > 0 else { throw .impossible("there are no nodes to place") }
    let known = KnownPlans(workload, request, budget: budget, splitter: splitter).plans
    switch workload.costs {
    case .pipedream(let costs):
      let model = PipedreamModel(graph: graph, costs: costs, request: request)
      return try PipedreamPlanner(model: model, budget: budget, known: known.first).plan()
    case .piper(let costs):
      let model = PiperModel(graph: graph, costs: costs, request: request)
      return try PiperPlanner(model: model, budget: budget, known: known.first).plan()
    case .placement(let costs):
      let model = PlacementModel(graph: graph, costs: costs, request: request)
      return try PlacementPlanner(model: model, budget: budget, known: known).plan()
    }
  }
}
