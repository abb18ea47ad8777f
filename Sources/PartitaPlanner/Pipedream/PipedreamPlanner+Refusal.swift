internal import PartitaWorkload

extension PipedreamPlanner {
  /// Why nothing fits, and what would.
  var refusal: WorkloadError {
    let graph = coarsening(below: .infinity).finest
    let prefixes = PrefixPool.some(of: graph, limit: 600)
    return SmallestNeeds(
      partition: { devices, memory in
        var model = model
        model.deviceLimit = devices
        model.memory = memory
        if model.replicaLimit > 1 { model.replicaLimit = devices }
        let table = PipedreamTable(model, prefixes)
        return ChainLabels(table, below: .infinity).partition(table)
      }, bytes: { model.bytes(of: $0).max() ?? 0 }
    ).refusal(devices: model.deviceLimit, memory: model.memory)
  }
}
