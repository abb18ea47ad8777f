internal import PartitaGraph
package import PartitaWorkload

/// A small workload and a request for it, the same for the same seed.
///
/// Two to nine nodes, not in topological order; up to four devices and one CPU; repeated edges,
/// costs of 0, memory limits that sometimes bind or can't be met, colour classes, backward nodes,
/// nodes that no accelerator can run, two tensor degrees, two variants. Bytes are whole numbers;
/// times are multiples of 1/8 in half of the workloads, and anything in the other half.
package struct RandomWorkload {
  package var workload: Workload
  package var request: PartitionRequest

  /// A workload of one of the three families in turn.
  package init(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let nodes = Int.random(in: 2...9, using: &random)
    let order = Array(0..<nodes).shuffled(using: &random)
    let graph = Self.graph(order, &random)
    let isDyadic = random.oneIn(2)
    let time = { (random: inout SplitMix64, most: Int) -> Double in
      let cost = random.cost(1...most)
      return isDyadic ? cost / 8 : cost / 8 * Double.random(in: 0.5...1, using: &random)
    }
    request = PartitionRequest(devices: Int.random(in: 1...4, using: &random))
    request.isStraight = random.oneIn(4)
    let costs: Workload.Costs
    switch seed % 3 {
    case 0:
      let pipedream = PipedreamCosts(
        seconds: (0..<nodes).map { _ in time(&random, 40) },
        activationBytes: (0..<nodes).map { _ in random.cost(1...20) },
        parameterBytes: (0..<nodes).map { _ in random.cost(1...30) })
      request.bandwidth = [4, 16, 64].randomElement(using: &random)
      let all = (pipedream.activationBytes + pipedream.parameterBytes).reduce(0, +)
      if random.oneIn(2) {
        request.memory = (all * Double.random(in: 0.4...2, using: &random)).rounded()
      }
      costs = .pipedream(pipedream)
    case 1:
      costs = .placement(Self.placement(order, time, &random))
      request.isStraight = false
      request.isContiguous = random.oneIn(2)
    default:
      costs = .piper(Self.piper(graph, request.devices, time, &random))
    }
    workload = Workload(name: "random \(seed)", graph: graph, costs: costs)
  }

  private static func graph(_ order: [Int], _ random: inout SplitMix64) -> WorkloadGraph {
    let rarity = Int.random(in: 2...5, using: &random)
    var edges: [WorkloadGraph.Edge] = []
    for (position, to) in order.enumerated() {
      for (earlier, from) in order[..<position].enumerated() {
        // Neighbours in the order more often, so that there are long paths.
        guard random.oneIn(earlier == position - 1 ? 2 : rarity) else { continue }
        let edge = WorkloadGraph.Edge(from: from, to: to, bytes: random.cost(1...20))
        edges.append(edge)
        if random.oneIn(6) { edges.append(edge) }
      }
    }
    do {
      return try WorkloadGraph(ids: order.indices.map { "n\($0)" }, edges: edges)
    } catch {
      preconditionFailure("\(error)")
    }
  }

  private static func placement(
    _ order: [Int], _ time: (inout SplitMix64, Int) -> Double, _ random: inout SplitMix64
  ) -> PlacementCosts {
    let nodes = order.count
    let cpus = random.oneIn(2) ? 1 : 0
    // The last nodes of the order are the backward pass, in half of the graphs.
    let forward = random.oneIn(2) ? nodes : Int.random(in: 1...nodes, using: &random)
    let colors = Int.random(in: 1...4, using: &random)
    let memory = (0..<nodes).map { _ in random.cost(1...10) }
    let accelerator = (0..<nodes).map { _ in time(&random, 40) }
    return PlacementCosts(
      acceleratorMilliseconds: accelerator.map { cpus > 0 && random.oneIn(15) ? .infinity : $0 },
      cpuMilliseconds: accelerator.map { $0 * Double(Int.random(in: 1...6, using: &random)) },
      transferMilliseconds: (0..<nodes).map { _ in time(&random, 10) },
      memoryBytes: memory,
      isBackward: (0..<nodes).map { node in order[forward...].contains(node) },
      colorClass: (0..<nodes).map { _ in
        random.oneIn(3) ? Int.random(in: 0..<colors, using: &random) : nil
      },
      accelerators: 4, cpus: cpus,
      acceleratorMemoryBytes: random.oneIn(2)
        ? 1000 : (memory.reduce(0, +) * Double.random(in: 0.3...1, using: &random)).rounded())
  }

  private static func piper(
    _ graph: WorkloadGraph, _ devices: Int, _ time: (inout SplitMix64, Int) -> Double,
    _ random: inout SplitMix64
  ) -> PiperCosts {
    var most = 0.0
    let variants = (0..<graph.count).map { node -> [PiperCosts.Variant] in
      let (seconds, weights) = (time(&random, 40), random.cost(1...12))
      let (perMicrobatch, besides) = (random.cost(1...10), random.cost(1...10))
      most += perMicrobatch + besides
      let isThrifty = random.oneIn(2)
      let degrees = random.oneIn(8) ? [1] : [1, 2]
      return degrees.flatMap { degree -> [PiperCosts.Variant] in
        let (syncIn, syncOut) =
          degree == 1
          ? ([:], [:])
          : (
            sync(with: graph.predecessors[node], &random),
            sync(with: graph.successors[node], &random)
          )
        let share = Double(degree)
        let vanilla = PiperCosts.Variant(
          tensorDegree: degree, id: "vanilla", seconds: seconds / share * (degree == 1 ? 1 : 1.25),
          parameterBytes: weights / share, memoryPerMicrobatch: perMicrobatch,
          memoryBesides: besides, syncIn: syncIn, syncOut: syncOut)
        guard isThrifty else { return [vanilla] }
        let thrifty = PiperCosts.Variant(
          tensorDegree: degree, id: "activation recomp", seconds: vanilla.seconds * 1.375,
          parameterBytes: weights / share, memoryPerMicrobatch: (perMicrobatch / 3).rounded(),
          memoryBesides: besides + 1, syncIn: syncIn, syncOut: syncOut)
        return [vanilla, thrifty]
      }
    }
    return PiperCosts(
      variants: variants, devices: devices,
      memoryBytes: random.oneIn(2)
        ? 10_000 : (most * Double.random(in: 0.5...2, using: &random)).rounded(),
      bandwidth: [4, 16, 64].randomElement(using: &random) ?? 16,
      microbatches: [2, 4, 6, 8].randomElement(using: &random) ?? 4)
  }

  private static func sync(with neighbours: [Int], _ random: inout SplitMix64) -> [Int: Double] {
    var bytes: [Int: Double] = [:]
    for neighbour in neighbours { bytes[neighbour] = random.cost(1...6) }
    return bytes
  }
}
