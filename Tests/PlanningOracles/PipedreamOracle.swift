internal import PartitaWorkload

/// PipeDream's stages, by the formulas of the paper.
struct PipedreamOracle: ChainOracle {
  let prefixes: [Int]
  let limit: PartitionCertificate.Need
  private let isStraight: Bool
  private let bandwidth, memory: Double
  /// Of every set of nodes.
  private let work, weights, outputs, cut: [Double]
  /// What no border parts: a node that costs nothing and that nobody reads, and the one that it reads.
  private let pairs: [Int]

  init(_ graph: WorkloadGraph, _ costs: PipedreamCosts, _ request: PartitionRequest) {
    isStraight = request.isStraight
    bandwidth = request.bandwidth ?? 1e9
    let memory = request.memory ?? .infinity
    self.memory = memory
    limit = .init(devices: request.devices, others: request.devices)
    prefixes = NodeMask.closedSets(of: graph.count, rules: graph.edges.map { ($0.to, $0.from) })
    work = NodeMask.sums(costs.seconds)
    weights = NodeMask.sums(costs.parameterBytes)
    outputs = NodeMask.sums(costs.activationBytes)
    var readers = Array(repeating: 0, count: graph.count)
    for edge in graph.edges { readers[edge.from] |= 1 << edge.to }
    pairs = graph.ids.indices.compactMap { node in
      guard memory == .infinity, graph.successors[node].isEmpty,
        let producer = graph.predecessors[node].first, graph.predecessors[node].count == 1,
        costs.seconds[node] + costs.parameterBytes[node] == 0
      else { return nil }
      return 1 << node | 1 << producer
    }
    cut = (0..<1 << graph.count).map { set in
      var bytes = 0.0
      NodeMask.forEach(in: set) { node in
        if readers[node] & ~set != 0 { bytes += costs.activationBytes[node] }
      }
      return bytes
    }
  }

  func isCandidate(_ prefix: Int, below threshold: Double) -> Bool {
    if prefix == 0 || prefix == prefixes.last { return true }
    if pairs.contains(where: { $0 & prefix != 0 && $0 & ~prefix != 0 }) { return false }
    return (1...limit.devices).contains { replicas in
      2 * replicas <= limit.devices && (!isStraight || replicas == 1)
        && 2 * cut[prefix] / (bandwidth * Double(replicas)) < threshold
    }
  }

  func options(from prefix: Int, to next: Int, othersBehind: Int) -> [StageOption] {
    let nodes = next & ~prefix
    var options: [StageOption] = []
    for replicas in 1...(isStraight ? 1 : limit.devices) {
      let r = Double(replicas)
      let inFlight = (Double(othersBehind + replicas) / r).rounded(.up)
      guard inFlight * (outputs[nodes] + weights[nodes]) <= memory else { continue }
      let computing = (work[nodes] + 4 * (r - 1) * weights[nodes] / (bandwidth * r)) / r
      let sending = 2 * max(cut[prefix], cut[next]) / (bandwidth * r)
      options.append(
        StageOption(
          nodes: nodes, devices: replicas, others: replicas, value: max(computing, sending)))
    }
    return options
  }
}
