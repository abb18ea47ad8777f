import PartitaPlan

/// The best partition of a small workload, found by trying all.
///
/// Shares no code with planner, cost models or checker.
enum BruteForce {
  /// The least value with a partition that has it; nil if none is within the limits.
  static func best(
    of workload: Workload, under request: PartitionRequest
  ) -> (value: Double, partition: Partition)? {
    if case .placement(let costs) = workload.costs, !request.isContiguous {
      return PlacementOracle(workload, costs, request).bestOfAll()
    }
    return oracle(of: workload, under: request).best()
  }

  /// The chains of a workload.
  static func oracle(of workload: Workload, under request: PartitionRequest) -> any ChainOracle {
    switch workload.costs {
    case .pipedream(let costs): PipedreamOracle(workload, costs, request)
    case .piper(let costs): PiperOracle(workload, costs, request)
    case .placement(let costs): PlacementOracle(workload, costs, request)
    }
  }

  /// The best partition with a proof: labels, or where any split goes an enumeration.
  static func result(
    of workload: Workload, under request: PartitionRequest
  ) -> PartitionResult? {
    guard let best = best(of: workload, under: request) else { return nil }
    let threshold = best.value * (1 - 1e-9)
    let kind = request.partitionClass(of: workload)
    let certificate: PartitionCertificate =
      kind == .any
      ? .enumeration(threshold: threshold)
      : .labels(
        threshold: threshold,
        needs: oracle(of: workload, under: request).labels(below: threshold))
    return PartitionResult(
      partition: best.partition, value: best.value, lowerBound: threshold, partitionClass: kind,
      certificate: certificate)
  }
}
