internal import PartitaWorkload

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

  /// What costs nothing and is read by nobody stays with the one node that it reads: to part them
  /// makes no stage cheaper. With a memory limit it might.
  private var idleRules: [NodeGroups.Rule] {
    guard memory == .infinity else { return [] }
    var rules: [NodeGroups.Rule] = []
    for node in 0..<graph.count where costs.seconds[node] == 0 && costs.parameterBytes[node] == 0 {
      if graph.successors[node].isEmpty, graph.predecessors[node].count == 1 {
        rules.append(.init(node: graph.predecessors[node][0], needed: node))
      }
    }
    return rules
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
    rules += idleRules
    return try candidates(
      NodeGroups(nodes: graph.count, rules: rules),
      limit: .init(
        activationBytes: costs.activationBytes, bytesPerSecond: bytesPerSecond,
        threshold: threshold),
      listed: listed)
  }
}
