internal import PartitaWorkload

/// PipeDream's cost model: C seconds and P bytes of weights on r replicas, each with B bytes a
/// second, take `max((C + 4(r - 1)P / (Br)) / r, 2 cut(before) / (Br), 2 cut(after) / (Br))`.
struct CheckedPipedream: CheckedModel {
  let graph: WorkloadGraph
  let costs: PipedreamCosts
  let devices: Int
  let bandwidth: Double
  let memory: Double
  let mostReplicas: Int
  let partName = "stage"

  init(_ graph: WorkloadGraph, _ costs: PipedreamCosts, _ request: PartitionRequest) {
    self.graph = graph
    self.costs = costs
    devices = request.devices
    bandwidth = request.bandwidth ?? 1e9
    memory = request.memory ?? .infinity
    mostReplicas = request.isStraight ? 1 : request.devices
  }

  func values(of partition: Partition) throws(WorkloadError) -> [Double] {
    let part = try partOfNodes(partition)
    try requirePipeline(partition, part, replicas: mostReplicas, devices: devices)
    let stages = partition.parts
    var values: [Double] = []
    for (index, stage) in stages.enumerated() {
      guard stage.tensorDegree == 1, stage.variants.isEmpty else {
        throw .invalid(place: "stage \(index)", problem: "nodes have no degrees, no variants here")
      }
      let here = stages[index...].reduce(0) { $0 + $1.replicas }
      try requireMemory(
        bytes(of: stage.nodes, replicas: stage.replicas, fromHere: here), within: memory, at: index)
      values.append(
        seconds(
          of: stage.nodes, before: cut { part[$0] < index }, after: cut { part[$0] <= index },
          replicas: stage.replicas))
    }
    return values
  }

  /// Seconds of a stage between two borders.
  func seconds(of nodes: [Int], before: Double, after: Double, replicas: Int) -> Double {
    let r = Double(replicas)
    let work = nodes.reduce(0) { $0 + costs.seconds[$1] }
    let weights = nodes.reduce(0) { $0 + costs.parameterBytes[$1] }
    return max(
      (work + 4 * (r - 1) * weights / (bandwidth * r)) / r,
      2 * before / (bandwidth * r), 2 * after / (bandwidth * r))
  }

  /// Bytes of a stage's device; `fromHere` are the devices of it and of all later stages.
  func bytes(of nodes: [Int], replicas: Int, fromHere: Int) -> Double {
    Double(inFlight(fromHere, replicas: replicas))
      * nodes.reduce(0) { $0 + costs.activationBytes[$1] + costs.parameterBytes[$1] }
  }

  /// How many minibatches a device holds.
  func inFlight(_ fromHere: Int, replicas: Int) -> Int { (fromHere + replicas - 1) / replicas }

  /// Bytes that cross the border of a prefix: each output that something outside reads, once.
  func cut(_ isInside: (Int) -> Bool) -> Double {
    var bytes = 0.0
    for node in 0..<graph.count where isInside(node) {
      if graph.successors[node].contains(where: { !isInside($0) }) {
        bytes += costs.activationBytes[node]
      }
    }
    return bytes
  }

  /// "work": all seconds shared evenly, for a stage takes at least C / r.
  func bound(
    formula: String, multipliers: [String: Double]
  ) throws(WorkloadError) -> Double {
    guard formula == "work", multipliers.isEmpty else {
      throw unknown(formula: formula, multipliers: multipliers)
    }
    return costs.seconds.reduce(0, +) / Double(devices)
  }

  func proveByTrying(below threshold: Double) throws(WorkloadError) {
    throw .invalid(place: "certificate", problem: "pipelines are proved by labels, not by trying")
  }
}
