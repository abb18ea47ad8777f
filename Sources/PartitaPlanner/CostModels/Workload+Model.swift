public import PartitaWorkload

extension Workload {
  /// The cost model that was published with the workload, under a request.
  public func model(_ request: PartitionRequest) -> any PartitionModel {
    switch costs {
    case .pipedream(let costs): PipedreamModel(graph: graph, costs: costs, request: request)
    case .placement(let costs): PlacementModel(graph: graph, costs: costs, request: request)
    case .piper(let costs): PiperModel(graph: graph, costs: costs, request: request)
    }
  }
}
