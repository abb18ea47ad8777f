internal import PartitaWorkload

extension PipedreamPlanner {
  /// Why nothing fits, and what would.
  func refusal(isExhaustive: Bool = false) -> WorkloadError {
    let graph = coarsening(below: .infinity).finest
    let meter = meter(until: 1)
    let all = PrefixPool.all(of: graph, limit: 600, meter: meter)
    let prefixes = all ?? .along(graph.orders, of: graph, most: 300)
    return SmallestNeeds(
      isExhaustive: isExhaustive || all != nil && !meter.isLate, meter: meter,
      partition: { devices, memory in
        var model = model
        model.deviceLimit = devices
        model.memory = memory
        if model.replicaLimit > 1 { model.replicaLimit = devices }
        guard let table = PipedreamTable(model, prefixes, meter: meter) else { return nil }
        return ChainLabels(table, below: .infinity, meter: meter).partition(table)
      }, bytes: { model.bytes(of: $0).max() ?? 0 }
    ).refusal(devices: model.deviceLimit, memory: model.memory)
  }
}
