import PartitaPlan

/// Device placement by the formulas of the paper: contiguous splits as chains, and every split.
struct PlacementOracle: ChainOracle {
  let workload: Workload
  let costs: PlacementCosts
  let request: PartitionRequest
  let prefixes: [Int]
  let limit: PartitionCertificate.Need

  init(_ workload: Workload, _ costs: PlacementCosts, _ request: PartitionRequest) {
    self.workload = workload
    self.costs = costs
    self.request = request
    limit = .init(devices: request.devices, others: costs.cpus)
    var rules = workload.graph.edges.filter {
      !costs.isBackward[$0.from] && !costs.isBackward[$0.to]
    }.map { (node: $0.to, needed: $0.from) }
    for node in costs.colorClass.indices {
      for other in costs.colorClass.indices
      where costs.colorClass[node] != nil && costs.colorClass[node] == costs.colorClass[other] {
        rules.append((node, other))
      }
    }
    prefixes = Self.closedSets(of: workload.graph.count, rules: rules)
  }

  func isCandidate(_ prefix: Int, below threshold: Double) -> Bool { true }

  func options(from prefix: Int, to next: Int, othersBehind: Int) -> [StageOption] {
    let inside = next & ~prefix
    var options: [StageOption] = []
    if let load = accelerator(inside) {
      options.append(
        .init(part: .init(nodes: Self.nodes(of: inside)), devices: 1, others: 0, value: load))
    }
    if costs.cpus > 0 {
      options.append(
        .init(
          part: .init(nodes: Self.nodes(of: inside), deviceKind: .cpu), devices: 0, others: 1,
          value: cpu(inside)))
    }
    return options
  }

  /// Milliseconds of an accelerator with these nodes; nil if it can't have them.
  private func accelerator(_ inside: Int) -> Double? {
    let nodes = Self.nodes(of: inside)
    let memory = nodes.reduce(0) { $0 + costs.memoryBytes[$1] }
    guard memory <= request.memory ?? costs.acceleratorMemoryBytes else { return nil }
    var moved = 0
    for edge in workload.graph.edges where inside >> edge.from & 1 != inside >> edge.to & 1 {
      moved |= 1 << edge.from
    }
    let load = nodes.reduce(0) { $0 + costs.acceleratorMilliseconds[$1] }
      + Self.nodes(of: moved).reduce(0) { $0 + costs.transferMilliseconds[$1] }
    return load.isFinite ? load : nil
  }

  private func cpu(_ inside: Int) -> Double {
    Self.nodes(of: inside).reduce(0) { $0 + costs.cpuMilliseconds[$1] }
  }

  /// The best split of any kind, or of those that `isAllowed`; found by trying all.
  func bestOfAll(
    where isAllowed: ([Int]) -> Bool = { _ in true }
  ) -> (value: Double, partition: Partition)? {
    var units: [Int] = []
    for node in 0..<workload.graph.count {
      let own = prefixesOfColor(node)
      if !units.contains(own) { units.append(own) }
    }
    var loads: [Int: Double?] = [:]
    var best: (value: Double, accelerators: [Int], cpu: Int)?
    func place(_ index: Int, _ accelerators: [Int], _ cpu: Int) {
      guard index < units.count else {
        guard isAllowed(accelerators + [cpu]) else { return }
        var value = self.cpu(cpu)
        for share in accelerators where share != 0 {
          let load = loads[share] ?? accelerator(share)
          loads[share] = .some(load)
          guard let load else { return }
          value = max(value, load)
        }
        if value < best?.value ?? .infinity { best = (value, accelerators, cpu) }
        return
      }
      for device in accelerators.indices {
        var shares = accelerators
        shares[device] |= units[index]
        place(index + 1, shares, cpu)
        // Of devices that are empty one is as good as another.
        if accelerators[device] == 0 { break }
      }
      if costs.cpus > 0 { place(index + 1, accelerators, cpu | units[index]) }
    }
    place(0, Array(repeating: 0, count: request.devices), 0)
    guard let best else { return nil }
    let parts = best.accelerators.map { Partition.Part(nodes: Self.nodes(of: $0)) }
      + [.init(nodes: Self.nodes(of: best.cpu), deviceKind: .cpu)]
    return (best.value, Partition(parts.filter { !$0.nodes.isEmpty }))
  }

  /// The node and all of its colour.
  private func prefixesOfColor(_ node: Int) -> Int {
    guard let color = costs.colorClass[node] else { return 1 << node }
    return costs.colorClass.indices.reduce(0) {
      $0 | (costs.colorClass[$1] == color ? 1 << $1 : 0)
    }
  }
}
