package import PartitaWorkload

/// The best partition of a small workload, found by trying all; shares no code with planner, cost
/// models or checker.
package struct BruteForce {
  private let oracle: any ChainOracle
  private let partitionClass: PartitionClass

  /// A workload of at most about ten nodes, under a request.
  package init(_ workload: Workload, _ request: PartitionRequest) {
    partitionClass = request.partitionClass(of: workload)
    oracle =
      switch workload.costs {
      case .pipedream(let costs): PipedreamOracle(workload.graph, costs, request)
      case .piper(let costs): PiperOracle(workload.graph, costs, request)
      case .placement(let costs): PlacementOracle(workload.graph, costs, request)
      }
  }

  /// The least value with a partition that has it; nil if none is within the limits.
  package func best() -> (value: Double, partition: Partition)? {
    if partitionClass == .any, let oracle = oracle as? PlacementOracle { return oracle.bestOfAll() }
    return oracle.best()
  }

  /// The best partition with a proof: labels, or where any split goes an enumeration.
  package func result() -> PartitionResult? {
    guard let best = best() else { return nil }
    let threshold = best.value * (1 - 1e-9)
    return PartitionResult(
      partition: best.partition, value: best.value, lowerBound: threshold,
      partitionClass: partitionClass, certificate: certificate(below: threshold))
  }

  /// What would prove a threshold, if it is not above the best value: the first list of needs is
  /// empty whatever it should be.
  package func certificate(below threshold: Double) -> PartitionCertificate {
    guard partitionClass == .contiguous else { return .enumeration(threshold: threshold) }
    var needs = oracle.labels(below: threshold)
    needs[0] = []
    return .labels(threshold: threshold, needs: needs)
  }
}
