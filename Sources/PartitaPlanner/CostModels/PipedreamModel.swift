public import PartitaWorkload

/// PipeDream's cost model: seconds a minibatch in steady state.
///
/// A stage with C seconds of work and P bytes of weights on r of the devices, each with a link of B
/// bytes a second, takes
///
///     max((C + 4(r - 1)P / (Br)) / r,  2 cut(before) / (Br),  2 cut(after) / (Br))
///
/// where cut(S) adds up the outputs of the prefix S that something outside of it reads, each once.
/// Source: Narayanan et al., "PipeDream: generalized pipeline parallelism for DNN training", SOSP
/// 2019, section 3.1, and the planner of the paper's authors; unlike there, a memory limit also
/// holds for the last stage.
public struct PipedreamModel: PartitionModel {
  /// Bytes a second where a request names none.
  public static let defaultBandwidth = 1e9

  public let graph: WorkloadGraph
  /// What the nodes cost.
  public let costs: PipedreamCosts
  public internal(set) var deviceLimit: Int
  /// Bytes a second of each device's link.
  public let bandwidth: Double
  /// Bytes of one device; infinite where nobody asks.
  public internal(set) var memory: Double
  /// The most replicas of a stage.
  public internal(set) var replicaLimit: Int

  /// The model under a request.
  public init(graph: WorkloadGraph, costs: PipedreamCosts, request: PartitionRequest) {
    self.graph = graph
    self.costs = costs
    deviceLimit = request.devices
    bandwidth = request.bandwidth ?? Self.defaultBandwidth
    memory = request.memory ?? .infinity
    replicaLimit = request.isStraight ? 1 : request.devices
  }

  /// Seconds of a stage.
  ///
  /// - Parameters:
  ///   - work: C, seconds.
  ///   - weights: P, bytes.
  ///   - before: cut(before), bytes.
  ///   - after: cut(after), bytes.
  ///   - replicas: r.
  func seconds(work: Double, weights: Double, before: Double, after: Double, replicas: Int)
    -> Double
  {
    let r = Double(replicas)
    let reduction = 4 * (r - 1) * weights / (bandwidth * r)
    return max((work + reduction) / r, 2 * max(before, after) / (bandwidth * r))
  }

  /// Whether a border over which so many bytes go can lie between two stages below a value: the links
  /// of both must carry them.
  func allowsBorder(carrying bytes: Double, below threshold: Double) -> Bool {
    let most = min(replicaLimit, deviceLimit / 2)
    return most >= 1 && 2 * bytes / (bandwidth * Double(most)) < threshold
  }

  /// How many minibatches a stage keeps at once, which `memory` holds; `devices` are those of the
  /// stage and of all later ones.
  static func minibatchesInFlight(devices: Int, replicas: Int) -> Int {
    (devices + replicas - 1) / replicas
  }

  /// The value of each stage.
  /// - Throws: `WorkloadError` for what is no pipeline, or goes beyond devices or memory.
  public func values(of partition: Partition) throws(WorkloadError) -> [Double] {
    let part = try partOfNode(partition)
    try requireForward(part)
    try requireDevices(partition)
    let count = partition.parts.count
    // cut[i]: what crosses from the stages before i to i and those behind.
    var cut = Array(repeating: 0.0, count: count + 1)
    for node in part.indices {
      guard let last = graph.successors[node].map({ part[$0] }).max(), last > part[node] else {
        continue
      }
      for border in part[node] + 1...last { cut[border] += costs.activationBytes[node] }
    }
    var values: [Double] = []
    for (index, stage) in partition.parts.enumerated() {
      guard !stage.nodes.isEmpty, 1...max(1, replicaLimit) ~= stage.replicas else {
        throw .invalid(
          place: "stage \(index)",
          problem: "it has \(stage.nodes.count) nodes and \(stage.replicas) replicas")
      }
      let weights = stage.nodes.reduce(0) { $0 + costs.parameterBytes[$1] }
      values.append(
        seconds(
          work: stage.nodes.reduce(0) { $0 + costs.seconds[$1] }, weights: weights,
          before: cut[index], after: cut[index + 1], replicas: stage.replicas))
    }
    try requireMemory(partition, memory)
    return values
  }

  public func bytes(of partition: Partition) -> [Double] {
    var devicesBehind = partition.devices
    return partition.parts.map { stage in
      let bytes = stage.nodes.reduce(0) {
        $0 + costs.activationBytes[$1] + costs.parameterBytes[$1]
      }
      let inFlight = Self.minibatchesInFlight(devices: devicesBehind, replicas: stage.replicas)
      devicesBehind -= stage.replicas
      return Double(inFlight) * bytes
    }
  }
}
