public import PartitaWorkload

/// Piper's cost model: seconds a sample in steady state.
///
/// A stage has d replicas, each cut across t devices, and a variant of degree t for every node:
///
///     bytes  = Σ over edges (u, v) into it 2(bytes + syncIn) / d + Σ out of it 2(bytes + syncOut) / d
///            + Σ 4(d - 1) weights / (dN)
///     value  = bytes / bandwidth + Σ seconds / d
///     memory = Σ memory a microbatch · y + Σ memory besides,  y = ⌈(d here and of later stages) / d⌉
///
/// d divides N, the microbatches of a batch; all d together are at most N. Source: Tarnawski et al.,
/// "Piper: multidimensional planner for DNN parallelization", NeurIPS 2021, section 3.
public struct PiperModel: PartitionModel {
  public let graph: WorkloadGraph
  /// What the nodes cost.
  public let costs: PiperCosts
  public internal(set) var deviceLimit: Int
  /// Bytes a second between two devices.
  public let bandwidth: Double
  /// Bytes of one device.
  public internal(set) var memory: Double
  /// N, the microbatches of a batch.
  public let microbatches: Int
  /// The most replicas of a stage.
  public internal(set) var replicaLimit: Int

  /// The model under a request.
  public init(graph: WorkloadGraph, costs: PiperCosts, request: PartitionRequest) {
    self.graph = graph
    self.costs = costs
    deviceLimit = request.devices
    bandwidth = request.bandwidth ?? costs.bandwidth
    memory = request.memory ?? costs.memoryBytes
    microbatches = request.microbatches ?? costs.microbatches
    replicaLimit = request.isStraight ? 1 : min(request.devices, microbatches)
  }

  /// The variant of a node in a part.
  func variant(of node: Int, in stage: Partition.Part) -> PiperCosts.Variant? {
    let id = stage.variants[node] ?? "vanilla"
    return costs.variants[node].first { $0.tensorDegree == stage.tensorDegree && $0.id == id }
  }

  /// The value of each stage.
  /// - Throws: `WorkloadError` for what is no pipeline, or goes beyond devices or memory.
  public func values(of partition: Partition) throws(WorkloadError) -> [Double] {
    let part = try partOfNode(partition)
    try requireForward(part)
    try requireDevices(partition)
    let replicas = partition.parts.reduce(0) { $0 + $1.replicas }
    guard replicas <= microbatches else {
      throw .impossible("\(replicas) replicas share \(microbatches) microbatches")
    }
    var variants: [PiperCosts.Variant] = []
    for node in part.indices {
      guard let variant = variant(of: node, in: partition.parts[part[node]]) else {
        throw .invalid(
          place: "node '\(graph.ids[node])'",
          problem: "it has no such variant of tensor degree "
            + "\(partition.parts[part[node]].tensorDegree)")
      }
      variants.append(variant)
    }
    var edgeBytes = Array(repeating: 0.0, count: partition.parts.count)
    for edge in graph.edges where part[edge.from] != part[edge.to] {
      edgeBytes[part[edge.to]] += 2 * (edge.bytes + (variants[edge.to].syncIn[edge.from] ?? 0))
      edgeBytes[part[edge.from]] += 2 * (edge.bytes + (variants[edge.from].syncOut[edge.to] ?? 0))
    }
    var values: [Double] = []
    for (index, stage) in partition.parts.enumerated() {
      guard !stage.nodes.isEmpty, 1...max(1, replicaLimit) ~= stage.replicas,
        microbatches % stage.replicas == 0
      else {
        throw .invalid(
          place: "stage \(index)",
          problem: "\(stage.nodes.count) nodes, \(stage.replicas) replicas; replicas divide "
            + "\(microbatches)")
      }
      let d = Double(stage.replicas)
      let own = stage.nodes.map { variants[$0] }
      let weights = own.reduce(0) { $0 + $1.parameterBytes }
      values.append(
        (edgeBytes[index] / d + 4 * (d - 1) * weights / (d * Double(microbatches))) / bandwidth
          + own.reduce(0) { $0 + $1.seconds } / d)
    }
    try requireMemory(partition, memory)
    return values
  }

  public func bytes(of partition: Partition) -> [Double] {
    var replicasBehind = partition.parts.reduce(0) { $0 + $1.replicas }
    return partition.parts.map { stage in
      let inFlight = Double((replicasBehind + stage.replicas - 1) / stage.replicas)
      replicasBehind -= stage.replicas
      return stage.nodes.compactMap { variant(of: $0, in: stage) }.reduce(0) {
        $0 + $1.memoryPerMicrobatch * inFlight + $1.memoryBesides
      }
    }
  }
}
