internal import PartitaWorkload

/// Piper's cost model: d replicas of a stage, each cut across t devices, take
/// `(Σ 2(bytes + sync) / d + Σ 4(d - 1) weights / (dN)) / bandwidth + Σ seconds / d`, where the first
/// sum runs over all edges that enter or leave the stage.
struct CheckedPiper: CheckedModel {
  let graph: WorkloadGraph
  let costs: PiperCosts
  let devices: Int
  let bandwidth: Double
  let memory: Double
  let microbatches: Int
  /// The most replicas of one stage, and of all together.
  let mostReplicas, allReplicas: Int
  let partName = "stage"

  init(_ graph: WorkloadGraph, _ costs: PiperCosts, _ request: PartitionRequest) {
    self.graph = graph
    self.costs = costs
    devices = request.devices
    bandwidth = request.bandwidth ?? costs.bandwidth
    memory = request.memory ?? costs.memoryBytes
    microbatches = request.microbatches ?? costs.microbatches
    allReplicas = min(devices, microbatches)
    mostReplicas = request.isStraight ? 1 : allReplicas
  }

  func values(of partition: Partition) throws(WorkloadError) -> [Double] {
    let part = try partOfNodes(partition)
    try requirePipeline(partition, part, replicas: mostReplicas, devices: devices)
    let stages = partition.parts
    let replicas = stages.reduce(0) { $0 + $1.replicas }
    guard replicas <= microbatches else {
      throw .invalid(
        place: "partition", problem: "\(replicas) replicas share \(microbatches) microbatches")
    }
    var values: [Double] = []
    for (index, stage) in stages.enumerated() {
      let place = "stage \(index)"
      guard microbatches.isMultiple(of: stage.replicas) else {
        throw .invalid(
          place: place,
          problem: "\(stage.replicas) replicas can't share \(microbatches) microbatches evenly")
      }
      let fromHere = stages[index...].reduce(0) { $0 + $1.replicas }
      let inFlight = (fromHere + stage.replicas - 1) / stage.replicas
      var seconds = crossing { part[$0] == index } / Double(stage.replicas)
      var bytes = 0.0
      for node in stage.nodes {
        let id = stage.variants[node] ?? "vanilla"
        guard
          let variant = costs.variants[node].first(where: {
            $0.id == id && $0.tensorDegree == stage.tensorDegree
          })
        else {
          throw .invalid(
            place: place,
            problem: "node '\(graph.ids[node])' has no '\(id)' of degree \(stage.tensorDegree)")
        }
        let sync = syncBytes(of: variant, at: node) { part[$0] == index }
        seconds += self.seconds(of: variant, syncBytes: sync, replicas: stage.replicas)
        bytes += self.bytes(of: variant, inFlight: inFlight)
      }
      try requireMemory(bytes, within: memory, at: index)
      values.append(seconds)
    }
    return values
  }

  /// Seconds that a stage of one replica needs for its crossing edges alone.
  func crossing(_ isInside: (Int) -> Bool) -> Double {
    var bytes = 0.0
    for edge in graph.edges where isInside(edge.from) != isInside(edge.to) {
      bytes += 2 * edge.bytes
    }
    return bytes / bandwidth
  }

  /// Bytes that a variant syncs with neighbours outside of a stage.
  func syncBytes(of variant: PiperCosts.Variant, at node: Int, isInside: (Int) -> Bool) -> Double {
    guard !variant.syncIn.isEmpty || !variant.syncOut.isEmpty else { return 0 }
    var bytes = 0.0
    for edge in graph.edges {
      if edge.to == node, !isInside(edge.from) { bytes += 2 * (variant.syncIn[edge.from] ?? 0) }
      if edge.from == node, !isInside(edge.to) { bytes += 2 * (variant.syncOut[edge.to] ?? 0) }
    }
    return bytes
  }

  /// Seconds that a node adds to a stage: its work, its weights, and what it syncs.
  func seconds(of variant: PiperCosts.Variant, syncBytes: Double, replicas: Int) -> Double {
    let d = Double(replicas)
    let weights = 4 * (d - 1) * variant.parameterBytes / (d * Double(microbatches))
    return (syncBytes / d + weights) / bandwidth + variant.seconds / d
  }

  /// Bytes that a node adds to each device of a stage.
  func bytes(of variant: PiperCosts.Variant, inFlight: Int) -> Double {
    variant.memoryPerMicrobatch * Double(inFlight) + variant.memoryBesides
  }

  /// "work": all device seconds shared evenly, each node in its cheapest variant, for a stage takes
  /// at least Σ seconds / d on its d · t devices.
  func bound(
    formula: String, multipliers: [String: Double]
  ) throws(WorkloadError) -> Double {
    guard formula == "work", multipliers.isEmpty else {
      throw unknown(formula: formula, multipliers: multipliers)
    }
    let work = costs.variants.reduce(0.0) { sum, variants in
      sum + (variants.map { Double($0.tensorDegree) * $0.seconds }.min() ?? 0)
    }
    return work / Double(devices)
  }

  func proveByTrying(below threshold: Double) throws(WorkloadError) {
    throw .invalid(place: "certificate", problem: "pipelines are proved by labels, not by trying")
  }
}
