internal import PartitaWorkload

extension CheckedPiper {
  /// Looks, between all nested prefixes and for every degree and number of replicas, for a stage
  /// below the threshold that makes do with less than the labels say.
  func proveLabels(
    _ needs: [[PartitionCertificate.Need]], below threshold: Double
  ) throws(WorkloadError) {
    let rules = graph.edges.map { NodeGroups.Rule(node: $0.to, needed: $0.from) }
    let prefixes = try candidates(
      NodeGroups(nodes: graph.count, rules: rules), limit: nil, listed: needs.count)
    let labels = try CheckedLabels(
      needs, prefixes: prefixes.count, limit: .init(devices: devices, others: allReplicas))
    let degrees = Set(costs.variants.joined().map(\.tensorDegree))
      .filter { 1...devices ~= $0 }.sorted()
    for degree in degrees {
      let pairs = PiperPairs(self, prefixes, labels, degree: degree, threshold: threshold)
      try pairs.requireNoCheaperStage()
    }
  }
}
