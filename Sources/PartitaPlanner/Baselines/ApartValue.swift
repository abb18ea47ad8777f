internal import PartitaWorkload

extension PartitionBaseline {
  /// What a split costs if each part is looked at apart, as graph partitioners do: what it computes,
  /// what it reads, what others read of it. nil where a limit is broken.
  ///
  /// Device placement is just that. Of a pipeline it may be a split that has no order; values that
  /// pass through a stage are not counted then.
  static func apartValue(
    _ workload: Workload, _ request: PartitionRequest, _ partition: Partition
  ) -> Double? {
    let graph = workload.graph
    var part = Array(repeating: 0, count: graph.count)
    for (index, nodes) in partition.parts.map(\.nodes).enumerated() {
      for node in nodes { part[node] = index }
    }
    var work = Array(repeating: 0.0, count: partition.parts.count)
    var received = work
    var sent = work
    switch workload.costs {
    case .placement(let costs):
      var loose = request
      loose.isContiguous = false
      return try? PlacementModel(graph: graph, costs: costs, request: loose).value(of: partition)
    case .pipedream(let costs):
      for node in part.indices {
        work[part[node]] += costs.seconds[node]
        let readers = Set(graph.successors[node].map { part[$0] }).subtracting([part[node]])
        if !readers.isEmpty { sent[part[node]] += costs.activationBytes[node] }
        for reader in readers { received[reader] += costs.activationBytes[node] }
      }
      let bandwidth = request.bandwidth ?? PipedreamModel.defaultBandwidth
      return work.indices.map {
        max(work[$0], 2 * max(received[$0], sent[$0]) / bandwidth)
      }.max()
    case .piper(let costs):
      let model = PiperModel(graph: graph, costs: costs, request: request)
      func variant(_ node: Int) -> PiperCosts.Variant? {
        model.variant(of: node, in: partition.parts[part[node]])
      }
      for node in part.indices { work[part[node]] += variant(node)?.seconds ?? 0 }
      for edge in graph.edges where part[edge.from] != part[edge.to] {
        received[part[edge.to]] +=
          2 * (edge.bytes + (variant(edge.to)?.syncIn[edge.from] ?? 0))
        sent[part[edge.from]] +=
          2 * (edge.bytes + (variant(edge.from)?.syncOut[edge.to] ?? 0))
      }
      return work.indices.map { work[$0] + (received[$0] + sent[$0]) / model.bandwidth }.max()
    }
  }
}
