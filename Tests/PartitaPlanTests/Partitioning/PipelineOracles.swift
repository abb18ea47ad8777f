import PartitaPlan

/// PipeDream's stages, by the formulas of the paper.
struct PipedreamOracle: ChainOracle {
  let workload: Workload
  let costs: PipedreamCosts
  let request: PartitionRequest
  let prefixes: [Int]
  let limit: PartitionCertificate.Need
  private let bandwidth: Double

  init(_ workload: Workload, _ costs: PipedreamCosts, _ request: PartitionRequest) {
    self.workload = workload
    self.costs = costs
    self.request = request
    bandwidth = request.bandwidth ?? 1e9
    limit = .init(devices: request.devices, others: request.devices)
    prefixes = Self.closedSets(
      of: workload.graph.count, rules: workload.graph.edges.map { ($0.to, $0.from) })
  }

  private func cut(_ prefix: Int) -> Double {
    Self.nodes(of: prefix).reduce(0.0) { sum, node in
      let isRead = workload.graph.successors[node].contains { prefix >> $0 & 1 == 0 }
      return sum + (isRead ? costs.activationBytes[node] : 0)
    }
  }

  func isCandidate(_ prefix: Int, below threshold: Double) -> Bool {
    if prefix == 0 || prefix == prefixes.max() { return true }
    let counts = (1...request.devices).filter {
      2 * $0 <= request.devices && (!request.isStraight || $0 == 1)
    }
    return counts.contains { 2 * cut(prefix) / (bandwidth * Double($0)) < threshold }
  }

  func options(from prefix: Int, to next: Int, othersBehind: Int) -> [StageOption] {
    let nodes = Self.nodes(of: next & ~prefix)
    let work = nodes.reduce(0) { $0 + costs.seconds[$1] }
    let weights = nodes.reduce(0) { $0 + costs.parameterBytes[$1] }
    let outputs = nodes.reduce(0) { $0 + costs.activationBytes[$1] }
    return (1...(request.isStraight ? 1 : request.devices)).compactMap { replicas in
      let r = Double(replicas)
      let inFlight = (Double(othersBehind + replicas) / r).rounded(.up)
      guard inFlight * (outputs + weights) <= request.memory ?? .infinity else { return nil }
      let computing = (work + 4 * (r - 1) * weights / (bandwidth * r)) / r
      let sending = 2 * max(cut(prefix), cut(next)) / (bandwidth * r)
      return StageOption(
        part: .init(nodes: nodes, replicas: replicas), devices: replicas, others: replicas,
        value: max(computing, sending))
    }
  }
}

/// Piper's stages, by the formulas of the paper.
struct PiperOracle: ChainOracle {
  let workload: Workload
  let costs: PiperCosts
  let request: PartitionRequest
  let prefixes: [Int]
  let limit: PartitionCertificate.Need
  private let microbatches: Int

  init(_ workload: Workload, _ costs: PiperCosts, _ request: PartitionRequest) {
    self.workload = workload
    self.costs = costs
    self.request = request
    microbatches = request.microbatches ?? costs.microbatches
    limit = .init(devices: request.devices, others: min(request.devices, microbatches))
    prefixes = Self.closedSets(
      of: workload.graph.count, rules: workload.graph.edges.map { ($0.to, $0.from) })
  }

  func isCandidate(_ prefix: Int, below threshold: Double) -> Bool { true }

  func options(from prefix: Int, to next: Int, othersBehind: Int) -> [StageOption] {
    var options: [StageOption] = []
    let inside = next & ~prefix
    for degree in [1, 2] {
      let choices = choices(of: Self.nodes(of: inside), degree: degree)
      for replicas in 1...(request.isStraight ? 1 : request.devices)
      where microbatches % replicas == 0 && replicas * degree + othersBehind <= request.devices {
        let best = choices.compactMap { choice -> (Double, [Int: PiperCosts.Variant])? in
          value(inside, choice, replicas: replicas, othersBehind: othersBehind)
            .map { ($0, choice) }
        }.min { $0.0 < $1.0 }
        guard let (value, choice) = best else { continue }
        options.append(
          StageOption(
            part: .init(
              nodes: Self.nodes(of: inside), replicas: replicas, tensorDegree: degree,
              variants: choice.mapValues(\.id).filter { $0.value != "vanilla" }),
            devices: replicas * degree, others: replicas, value: value))
      }
    }
    return options
  }

  /// Every way to give each node a variant.
  private func choices(of nodes: [Int], degree: Int) -> [[Int: PiperCosts.Variant]] {
    nodes.reduce([[:]]) { choices, node in
      choices.flatMap { choice in
        costs.variants[node].filter { $0.tensorDegree == degree }.map { variant in
          choice.merging([node: variant]) { $1 }
        }
      }
    }
  }

  /// Seconds of a stage; nil if it doesn't fit.
  private func value(
    _ inside: Int, _ variants: [Int: PiperCosts.Variant], replicas: Int, othersBehind: Int
  ) -> Double? {
    let d = Double(replicas)
    let inFlight = (Double(othersBehind + replicas) / d).rounded(.up)
    let memory = variants.values.reduce(0) {
      $0 + $1.memoryPerMicrobatch * inFlight + $1.memoryBesides
    }
    guard memory <= request.memory ?? costs.memoryBytes else { return nil }
    var bytes = 0.0
    for edge in workload.graph.edges {
      switch (variants[edge.from], variants[edge.to]) {
      case (nil, let reader?): bytes += 2 * (edge.bytes + (reader.syncIn[edge.from] ?? 0)) / d
      case (let source?, nil): bytes += 2 * (edge.bytes + (source.syncOut[edge.to] ?? 0)) / d
      default: break
      }
    }
    for node in variants.keys.sorted() {
      bytes += 4 * (d - 1) * (variants[node]?.parameterBytes ?? 0) / (d * Double(microbatches))
    }
    let seconds = variants.keys.sorted().reduce(0) { $0 + (variants[$1]?.seconds ?? 0) }
    return bytes / (request.bandwidth ?? costs.bandwidth) + seconds / d
  }
}
