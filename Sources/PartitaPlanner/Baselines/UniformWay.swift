internal import PartitaWorkload

/// One way to run every node of a workload: cut across so many devices, by one variant.
struct UniformWay: Hashable {
  /// The devices that each node is cut across.
  let tensorDegree: Int
  /// The variant of each node that isn't "vanilla".
  let variants: [Int: String]

  /// All ways: one, but in Piper's model one for each tensor degree and name of a variant; a node
  /// without a variant of that name runs as "vanilla".
  static func all(of workload: Workload) -> [UniformWay] {
    guard case .piper(let costs) = workload.costs else {
      return [UniformWay(tensorDegree: 1, variants: [:])]
    }
    var names: [String] = []
    for variant in costs.variants.joined() where !names.contains(variant.id) {
      names.append(variant.id)
    }
    let degrees = Set(costs.variants.joined().map(\.tensorDegree)).sorted()
    return degrees.flatMap { degree in
      names.compactMap { name in way(costs, degree: degree, name: name) }
    }
  }

  private static func way(_ costs: PiperCosts, degree: Int, name: String) -> UniformWay? {
    var chosen: [Int: String] = [:]
    for (node, variants) in costs.variants.enumerated() {
      let ids = variants.filter { $0.tensorDegree == degree }.map(\.id)
      guard let id = ids.contains(name) ? name : ids.first(where: { $0 == "vanilla" }) else {
        return nil
      }
      if id != "vanilla" { chosen[node] = id }
    }
    return UniformWay(tensorDegree: degree, variants: chosen)
  }

  /// Blocks of nodes as parts of a partition.
  func partition(_ blocks: [[Int]], replicas: Int = 1) -> Partition {
    Partition(
      blocks.map { nodes in
        let own = Set(nodes)
        return Partition.Part(
          nodes: nodes.sorted(), replicas: replicas, tensorDegree: tensorDegree,
          variants: variants.filter { own.contains($0.key) })
      })
  }
}

/// What cuts are weighed by, of a workload whose nodes all run one way.
struct NodeWeights {
  /// Seconds or milliseconds of each node.
  let time: [Double]
  /// Bytes of each node's weights; in device placement of all that it takes.
  let parameters: [Double]
  /// What an edge costs where it is cut, by its number: bytes, or in device placement milliseconds.
  let traffic: [Double]

  init(_ workload: Workload, _ way: UniformWay) {
    let edges = workload.graph.edges
    switch workload.costs {
    case .pipedream(let costs):
      time = costs.seconds
      parameters = costs.parameterBytes
      traffic = edges.map { costs.activationBytes[$0.from] }
    case .placement(let costs):
      time = zip(costs.acceleratorMilliseconds, costs.cpuMilliseconds).map {
        $0.isFinite ? $0 : $1
      }
      parameters = costs.memoryBytes
      traffic = edges.map { costs.transferMilliseconds[$0.from] }
    case .piper(let costs):
      let variants = costs.variants.enumerated().map { node, variants in
        let id = way.variants[node] ?? "vanilla"
        return variants.first { $0.tensorDegree == way.tensorDegree && $0.id == id }
      }
      time = variants.map { $0?.seconds ?? 0 }
      parameters = variants.map { $0?.parameterBytes ?? 0 }
      traffic = edges.map { edge in
        2 * edge.bytes + (variants[edge.to]?.syncIn[edge.from] ?? 0)
          + (variants[edge.from]?.syncOut[edge.to] ?? 0)
      }
    }
  }
}
