internal import PartitaWorkload

/// The cost model of device placement: an accelerator takes its nodes' milliseconds, one transfer
/// for each output of its own that another device reads, and one for each output of another device
/// that it reads; a CPU takes its nodes' milliseconds.
struct CheckedPlacement: CheckedModel {
  let graph: WorkloadGraph
  let costs: PlacementCosts
  let devices: Int
  let memory: Double
  let isContiguous: Bool
  let partName = "part"

  init(_ graph: WorkloadGraph, _ costs: PlacementCosts, _ request: PartitionRequest) {
    self.graph = graph
    self.costs = costs
    devices = request.devices
    memory = request.memory ?? costs.acceleratorMemoryBytes
    isContiguous = request.isContiguous
  }

  func values(of partition: Partition) throws(WorkloadError) -> [Double] {
    let part = try partOfNodes(partition)
    try requireDevices(partition)
    try requireColors(part)
    if isContiguous, !standsInARow(part, count: partition.parts.count) {
      throw .invalid(
        place: "partition", problem: "its parts read each other in a circle: not contiguous")
    }
    var values: [Double] = []
    for (index, share) in partition.parts.enumerated() {
      let nodes = share.nodes.sorted()
      if share.deviceKind == .cpu {
        values.append(nodes.reduce(0) { $0 + costs.cpuMilliseconds[$1] })
      } else {
        try requireMemory(
          nodes.reduce(0) { $0 + costs.memoryBytes[$1] }, within: memory, at: index)
        values.append(acceleratorLoad(of: nodes) { part[$0] == index })
      }
      guard values[index].isFinite else {
        throw .invalid(place: "part \(index)", problem: "a node of it can't run on its device")
      }
    }
    return values
  }

  /// Milliseconds of an accelerator with some nodes.
  func acceleratorLoad(of nodes: [Int], isHere: (Int) -> Bool) -> Double {
    var load = nodes.reduce(0) { $0 + costs.acceleratorMilliseconds[$1] }
    var received: Set<Int> = []
    for node in nodes {
      if graph.successors[node].contains(where: { !isHere($0) }) {
        load += costs.transferMilliseconds[node]
      }
      for source in graph.predecessors[node]
      where !isHere(source) && received.insert(source).inserted {
        load += costs.transferMilliseconds[source]
      }
    }
    return load
  }

  /// Whether parts stand in a row: again and again there is one that reads, forward to forward,
  /// only from those before.
  func standsInARow(_ part: [Int], count: Int) -> Bool {
    let readings = Set(
      forwardEdges.map { [part[$0.from], part[$0.to]] }.filter { $0[0] != $0[1] })
    var waiting = Set(0..<count)
    while let next = waiting.first(where: { candidate in
      !readings.contains { $0[1] == candidate && waiting.contains($0[0]) }
    }) {
      waiting.remove(next)
    }
    return waiting.isEmpty
  }

  /// The edges between nodes of the forward pass, which alone give a contiguous split its order.
  var forwardEdges: [WorkloadGraph.Edge] {
    graph.edges.filter { !costs.isBackward[$0.from] && !costs.isBackward[$0.to] }
  }

  /// Nodes that must share a device, each set ascending, in the order of their first nodes.
  var colorGroups: [[Int]] {
    var groups: [[Int]] = []
    var groupOfColor: [Int: Int] = [:]
    for (node, color) in costs.colorClass.enumerated() {
      if let color, let group = groupOfColor[color] {
        groups[group].append(node)
      } else {
        if let color { groupOfColor[color] = groups.count }
        groups.append([node])
      }
    }
    return groups
  }

  private func requireDevices(_ partition: Partition) throws(WorkloadError) {
    for (index, share) in partition.parts.enumerated()
    where share.replicas != 1 || share.tensorDegree != 1 || !share.variants.isEmpty {
      throw .invalid(place: "part \(index)", problem: "a part is one device, with no variants")
    }
    let used = partition.parts.count { $0.deviceKind == .accelerator }
    guard used <= devices, partition.parts.count - used <= costs.cpus else {
      throw .invalid(
        place: "partition",
        problem: "it takes \(used) accelerators of \(devices) and "
          + "\(partition.parts.count - used) CPUs of \(costs.cpus)")
    }
  }

  private func requireColors(_ part: [Int]) throws(WorkloadError) {
    for group in colorGroups {
      for node in group where part[node] != part[group[0]] {
        throw .invalid(
          place: "part \(part[node])",
          problem: "node '\(graph.ids[node])' has the colour of '\(graph.ids[group[0]])' in part "
            + "\(part[group[0]])")
      }
    }
  }
}
