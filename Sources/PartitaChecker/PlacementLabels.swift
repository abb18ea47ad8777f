internal import PartitaWorkload

extension CheckedPlacement {
  /// Looks, between all nested prefixes, for an accelerator or a CPU that takes less than the
  /// threshold and makes do with less than the labels say.
  func proveLabels(
    _ needs: [[PartitionCertificate.Need]], below threshold: Double
  ) throws(WorkloadError) {
    guard isContiguous else {
      throw .invalid(
        place: "certificate", problem: "labels speak of contiguous splits, the class is 'any'")
    }
    var rules = forwardEdges.map { NodeGroups.Rule(node: $0.to, needed: $0.from) }
    for group in colorGroups {
      // All in a circle: whichever is in a prefix, so are the others.
      for (node, next) in zip(group, group.dropFirst() + group.prefix(1)) where node != next {
        rules.append(.init(node: node, needed: next))
      }
    }
    let prefixes = try candidates(
      NodeGroups(nodes: graph.count, rules: rules), limit: nil, listed: needs.count)
    let labels = try CheckedLabels(
      needs, prefixes: prefixes.count, limit: .init(devices: devices, others: costs.cpus))
    try PlacementPairs(self, prefixes, labels, threshold: threshold).requireNoCheaperPart()
  }
}
