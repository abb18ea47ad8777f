package import PartitaWorkload

/// Device placement by the formulas of the paper: contiguous splits as chains, and every split.
package struct PlacementOracle: ChainOracle {
  package let prefixes: [Int]
  package let limit: PartitionCertificate.Need
  private let graph: WorkloadGraph
  private let costs: PlacementCosts
  /// Milliseconds of every set of nodes on an accelerator, infinite where that can't be, and on a
  /// CPU.
  private let accelerator, cpu: [Double]
  /// The same on an accelerator, were there nothing to move: what no larger set is below.
  private let work: [Double]

  package init(_ graph: WorkloadGraph, _ costs: PlacementCosts, _ request: PartitionRequest) {
    self.graph = graph
    self.costs = costs
    limit = .init(devices: request.devices, others: costs.cpus)
    var rules = graph.edges.filter { !costs.isBackward[$0.from] && !costs.isBackward[$0.to] }
      .map { (node: $0.to, needed: $0.from) }
    for (node, color) in costs.colorClass.enumerated() {
      for (other, otherColor) in costs.colorClass.enumerated()
      where color != nil && color == otherColor {
        rules.append((node, other))
      }
    }
    prefixes = NodeMask.closedSets(of: graph.count, rules: rules)
    let memory = NodeMask.sums(costs.memoryBytes)
    let most = request.memory ?? costs.acceleratorMemoryBytes
    let work = NodeMask.sums(costs.acceleratorMilliseconds)
    self.work = work
    let transfers = NodeMask.sums(costs.transferMilliseconds)
    accelerator = (0..<1 << graph.count).map { set in
      var moved = 0
      for edge in graph.edges where set >> edge.from & 1 != set >> edge.to & 1 {
        moved |= 1 << edge.from
      }
      return memory[set] <= most ? work[set] + transfers[moved] : .infinity
    }
    cpu = NodeMask.sums(costs.cpuMilliseconds)
  }

  package func isCandidate(_ prefix: Int, below threshold: Double) -> Bool { true }

  package func options(from prefix: Int, to next: Int, othersBehind: Int) -> [StageOption] {
    let nodes = next & ~prefix
    var options: [StageOption] = []
    if accelerator[nodes] < .infinity {
      options.append(.init(nodes: nodes, devices: 1, others: 0, value: accelerator[nodes]))
    }
    if costs.cpus > 0 {
      options.append(
        .init(nodes: nodes, devices: 0, others: 1, value: cpu[nodes], deviceKind: .cpu))
    }
    return options
  }

  /// The best split of those that `isAllowed`, found by trying all but those that work alone makes no
  /// better than the best so far: shares as masks, the CPU's last.
  package func bestOfAll(
    where isAllowed: ([Int]) -> Bool = { _ in true }
  ) -> (value: Double, partition: Partition)? {
    let units = units
    var shares = Array(repeating: 0, count: limit.devices + 1)
    var best: (value: Double, shares: [Int])?
    func place(_ index: Int) {
      if index == units.count {
        var value = cpu[shares[limit.devices]]
        for device in 0..<limit.devices { value = max(value, accelerator[shares[device]]) }
        if value < best?.value ?? .infinity, isAllowed(shares) { best = (value, shares) }
        return
      }
      for device in shares.indices where device < limit.devices || costs.cpus > 0 {
        // Of accelerators that are empty one is as good as another.
        if device > 0, device < limit.devices, shares[device - 1] == 0 { continue }
        shares[device] |= units[index]
        let least = device == limit.devices ? cpu[shares[device]] : work[shares[device]]
        if least < best?.value ?? .infinity { place(index + 1) }
        shares[device] &= ~units[index]
      }
    }
    place(0)
    guard let best else { return nil }
    var parts: [Partition.Part] = []
    for (device, share) in best.shares.enumerated() where share != 0 {
      parts.append(
        .init(
          nodes: NodeMask.nodes(of: share),
          deviceKind: device == limit.devices ? .cpu : .accelerator))
    }
    return (best.value, Partition(parts))
  }

  /// Nodes that must share a device.
  private var units: [Int] {
    var units: [Int] = []
    for (node, color) in costs.colorClass.enumerated() {
      let unit = costs.colorClass.indices.reduce(1 << node) {
        $0 | (color != nil && costs.colorClass[$1] == color ? 1 << $1 : 0)
      }
      if !units.contains(unit) { units.append(unit) }
    }
    return units
  }

  /// Whether shares stand in a row: some order of them makes a growing chain of prefixes.
  package func isContiguous(_ shares: [Int]) -> Bool {
    let all = Set(prefixes)
    func grows(_ prefix: Int, _ rest: [Int]) -> Bool {
      rest.isEmpty
        || rest.indices.contains { index in
          var others = rest
          let next = prefix | others.remove(at: index)
          return all.contains(next) && grows(next, others)
        }
    }
    return grows(0, shares.filter { $0 != 0 })
  }
}
