extension CheckedPipedream {
  /// Looks for a stage below the threshold that makes do with fewer devices than a label says.
  ///
  /// Behind a prefix of need n, a stage up to a prefix of need n' must not run on any number of
  /// replicas below n - n'. From two replicas on more are faster and take less memory, so that the
  /// most and one are enough to look at.
  func proveLabels(
    _ needs: [[PartitionCertificate.Need]], below threshold: Double
  ) throws(WorkloadError) {
    let prefixes = try borders(below: threshold, listed: needs.count)
    let labels = try CheckedLabels(
      needs, prefixes: prefixes.count, limit: .init(devices: devices, others: devices))
    let devicesBehind = try labels.needs.enumerated().map {
      (prefix, list) throws(WorkloadError) -> Int in
      guard list.allSatisfy({ $0.devices == $0.others }) else {
        throw CheckedLabels.refused(prefix, "name other things than devices")
      }
      return list.first?.devices ?? devices + 1
    }
    let pairs = PipedreamPairs(self, prefixes, needs: devicesBehind, threshold: threshold)
    try pairs.requireNoCheaperStage()
  }

  /// The prefixes that can be a border of a stage below the threshold.
  ///
  /// A border costs both stages beside it, of which one has at most half of the devices. A node
  /// whose output alone is too dear stays with all of its readers.
  private func borders(below threshold: Double, listed: Int) throws(WorkloadError) -> NodeSets {
    let replicas = min(devices / 2, mostReplicas)
    guard replicas >= 1 else {
      var ends = NodeSets(nodes: graph.count)
      ends.append(ends.empty)
      var whole = ends.empty
      for node in 0..<graph.count { NodeSets.insert(node, into: &whole) }
      ends.append(whole)
      return ends
    }
    let bytesPerSecond = bandwidth * Double(replicas)
    var rules: [NodeGroups.Rule] = []
    for edge in graph.edges {
      rules.append(.init(node: edge.to, needed: edge.from))
      if 2 * costs.activationBytes[edge.from] / bytesPerSecond >= threshold {
        rules.append(.init(node: edge.from, needed: edge.to))
      }
    }
    return try candidates(
      NodeGroups(nodes: graph.count, rules: rules),
      limit: .init(
        activationBytes: costs.activationBytes, bytesPerSecond: bytesPerSecond,
        threshold: threshold),
      listed: listed)
  }
}
