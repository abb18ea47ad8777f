internal import PartitaWorkload

extension PartitionResult {
  /// A baseline's plan with the bound that needs no search: all work, spread evenly over all devices.
  init(_ baseline: BaselineResult, of workload: Workload, _ request: PartitionRequest) {
    let (bound, multipliers) = Self.work(workload, request)
    self.init(
      partition: baseline.partition, value: baseline.value,
      lowerBound: min(bound, baseline.value),
      partitionClass: request.partitionClass(of: workload),
      certificate: .relaxation(formula: "work", multipliers: multipliers))
  }

  private static func work(
    _ workload: Workload, _ request: PartitionRequest
  ) -> (bound: Double, multipliers: [String: Double]) {
    switch workload.costs {
    case .pipedream(let costs):
      return (costs.seconds.reduce(0, +) / Double(request.devices), [:])
    case .piper(let costs):
      let least = costs.variants.reduce(0) { sum, variants in
        sum + (variants.map { Double($0.tensorDegree) * $0.seconds }.min() ?? 0)
      }
      return (least / Double(request.devices), [:])
    case .placement(let costs):
      let model = PlacementModel(graph: workload.graph, costs: costs, request: request)
      return PlacementRelaxation.work(model)
    }
  }
}
