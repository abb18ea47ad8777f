internal import PartitaWorkload

/// A cost model as its paper has it, told apart from the one that the planner works with.
protocol CheckedModel {
  /// The nodes and who reads whom.
  var graph: WorkloadGraph { get }
  /// What a part is called.
  var partName: String { get }
  /// What each part costs; throws for what is no partition within the limits.
  func values(of partition: Partition) throws(WorkloadError) -> [Double]
  /// What a named formula proves.
  func bound(
    formula: String, multipliers: [String: Double]
  ) throws(WorkloadError) -> Double
  /// Returns if the labels prove that no partition costs less than a threshold.
  func proveLabels(
    _ needs: [[PartitionCertificate.Need]], below threshold: Double
  ) throws(WorkloadError)
  /// Returns if no partition costs less than a threshold, which it finds out by trying all.
  func proveByTrying(below threshold: Double) throws(WorkloadError)
}

extension CheckedModel {
  /// The part of each node; throws unless each has exactly one and no part is empty.
  func partOfNodes(_ partition: Partition) throws(WorkloadError) -> [Int] {
    var part = Array(repeating: -1, count: graph.count)
    for (index, share) in partition.parts.enumerated() {
      let place = "\(partName) \(index)"
      guard !share.nodes.isEmpty else { throw .invalid(place: place, problem: "it has no nodes") }
      for node in share.nodes {
        guard 0..<graph.count ~= node else {
          throw .invalid(place: place, problem: "there is no node \(node)")
        }
        guard part[node] == -1 else {
          throw .invalid(
            place: place,
            problem: "node '\(graph.ids[node])' is in \(partName) \(part[node]) already")
        }
        part[node] = index
      }
      for node in share.variants.keys.sorted() where !share.nodes.contains(node) {
        throw .invalid(place: place, problem: "it has a variant of node \(node), which it lacks")
      }
    }
    for node in part.indices where part[node] == -1 {
      throw .invalid(place: "partition", problem: "node '\(graph.ids[node])' is in no \(partName)")
    }
    return part
  }

  /// Throws unless stages stand in the order of their edges, on accelerators, each with replicas
  /// up to a limit, and all together on so many devices at most.
  func requirePipeline(
    _ partition: Partition, _ part: [Int], replicas: Int, devices: Int
  ) throws(WorkloadError) {
    for edge in graph.edges where part[edge.from] > part[edge.to] {
      throw .invalid(
        place: "stage \(part[edge.to])",
        problem: "'\(graph.ids[edge.to])' reads '\(graph.ids[edge.from])' of stage "
          + "\(part[edge.from]), which comes later")
    }
    var used = 0
    for (index, stage) in partition.parts.enumerated() {
      let place = "stage \(index)"
      guard stage.deviceKind == .accelerator else {
        throw .invalid(place: place, problem: "no stage runs on a CPU")
      }
      guard 1...max(1, replicas) ~= stage.replicas else {
        throw .invalid(
          place: place, problem: "it has \(stage.replicas) replicas of 1 to \(replicas)")
      }
      guard 1...max(1, devices) ~= stage.tensorDegree else {
        throw .invalid(
          place: place, problem: "it is cut across \(stage.tensorDegree) of \(devices) devices")
      }
      used += stage.replicas * stage.tensorDegree
    }
    guard used <= devices else {
      throw .invalid(place: "partition", problem: "it takes \(used) devices of \(devices)")
    }
  }

  /// Throws if bytes don't fit, but for the rounding of sums.
  func requireMemory(
    _ bytes: Double, within memory: Double, at index: Int
  ) throws(WorkloadError) {
    guard bytes <= memory * (1 + PartitionChecker.boundTolerance) else {
      throw .invalid(
        place: "\(partName) \(index)", problem: "it takes \(bytes) bytes of \(memory)")
    }
  }

  /// A threshold with room for another order of additions: what costs less than this costs less
  /// than the threshold in every order.
  func strict(_ threshold: Double) -> Double {
    threshold * (1 - PartitionChecker.boundTolerance)
  }

  /// The refusal of a formula.
  func unknown(
    formula: String, multipliers: [String: Double]
  ) -> WorkloadError {
    .invalid(
      place: "certificate",
      problem: "there is no formula '\(formula)' with \(multipliers.count) such multipliers here")
  }
}
