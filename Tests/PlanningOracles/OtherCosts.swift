internal import PartitaWorkload

extension RandomWorkload {
  /// The same with one node that takes twice as long and half a second more.
  package func withOtherCosts(of node: Int) -> RandomWorkload {
    var other = self
    let slower = { (seconds: [Double]) in
      seconds.enumerated().map { $0 == node ? 2 * $1 + 0.5 : $1 }
    }
    let costs: Workload.Costs =
      switch workload.costs {
      case .pipedream(let costs):
        .pipedream(
          .init(
            seconds: slower(costs.seconds), activationBytes: costs.activationBytes,
            parameterBytes: costs.parameterBytes))
      case .placement(let costs):
        .placement(
          .init(
            acceleratorMilliseconds: slower(costs.acceleratorMilliseconds),
            cpuMilliseconds: slower(costs.cpuMilliseconds),
            transferMilliseconds: costs.transferMilliseconds, memoryBytes: costs.memoryBytes,
            isBackward: costs.isBackward, colorClass: costs.colorClass,
            accelerators: costs.accelerators, cpus: costs.cpus,
            acceleratorMemoryBytes: costs.acceleratorMemoryBytes))
      case .piper(let costs):
        .piper(
          .init(
            variants: costs.variants.enumerated().map { index, variants in
              index == node ? variants.map(\.slower) : variants
            }, devices: costs.devices, memoryBytes: costs.memoryBytes, bandwidth: costs.bandwidth,
            microbatches: costs.microbatches))
      }
    other.workload = Workload(name: workload.name, graph: workload.graph, costs: costs)
    return other
  }
}

extension PiperCosts.Variant {
  fileprivate var slower: Self {
    .init(
      tensorDegree: tensorDegree, id: id, seconds: 2 * seconds + 0.5,
      parameterBytes: parameterBytes, memoryPerMicrobatch: memoryPerMicrobatch,
      memoryBesides: memoryBesides, syncIn: syncIn, syncOut: syncOut)
  }
}
