public import PartitaWorkload

/// The best partition of a workload under its cost model.
public enum PartitionPlanner {
  /// Plans a workload: the best partition found, and the best bound that a certificate proves.
  ///
  /// Deterministic but for requests that the budget's clock ends early. Of equal values the one with
  /// fewer devices wins, then the one with fewer stages.
  /// - Throws: `WorkloadError.impossible` with what would do, where nothing fits.
  public static func plan(
    _ workload: Workload, _ request: PartitionRequest, budget: SearchBudget
  ) throws(WorkloadError) -> PartitionResult {
    switch workload.costs {
    case .pipedream(let costs):
      let model = PipedreamModel(graph: workload.graph, costs: costs, request: request)
      return try PipedreamPlanner(model: model, budget: budget).plan()
    case .piper(let costs):
      let model = PiperModel(graph: workload.graph, costs: costs, request: request)
      return try PiperPlanner(model: model, budget: budget).plan()
    case .placement(let costs):
      let model = PlacementModel(graph: workload.graph, costs: costs, request: request)
      return try PlacementPlanner(model: model, budget: budget).plan()
    }
  }
}
