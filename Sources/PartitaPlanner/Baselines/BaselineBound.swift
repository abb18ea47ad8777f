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
      return work(costs, accelerators: Double(request.devices))
    }
  }

  /// The best multiplier is one at which a colour class costs the same on either kind of device.
  private static func work(
    _ costs: PlacementCosts, accelerators: Double
  ) -> (bound: Double, multipliers: [String: Double]) {
    var sums: [Int: (accelerator: Double, cpu: Double)] = [:]
    for (node, color) in costs.colorClass.enumerated() {
      // Nodes without a colour are classes of their own.
      let key = color.map { 2 * $0 } ?? 2 * node + 1
      let sum = sums[key, default: (0, 0)]
      sums[key] = (
        sum.accelerator + costs.acceleratorMilliseconds[node], sum.cpu + costs.cpuMilliseconds[node]
      )
    }
    let classes = sums.sorted { $0.key < $1.key }.map(\.value)
    var best = (bound: 0.0, multipliers: ["cpu": 0.0])
    for (accelerator, cpu) in classes where cpu > 0 && accelerator.isFinite {
      let factor = accelerator / cpu
      let work = classes.reduce(0) { $0 + min($1.accelerator, factor * $1.cpu) }
      let bound = work / (accelerators + factor * Double(costs.cpus))
      if bound > best.bound { best = (bound, ["cpu": factor]) }
    }
    return best
  }
}
