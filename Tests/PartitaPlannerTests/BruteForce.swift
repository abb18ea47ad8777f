import PartitaPlanner
import PartitaWorkload

/// The best partition of a small workload, found by trying all; shares no code with planner, cost
/// models or checker.
enum BruteForce {
  /// The least value with a partition that has it; nil if none is within the limits.
  static func best(
    of workload: Workload, under request: PartitionRequest
  ) -> (value: Double, partition: Partition)? {
    if case .placement(let costs) = workload.costs, !request.isContiguous {
      return PlacementOracle(workload.graph, costs, request).bestOfAll()
    }
    return oracle(of: workload, under: request).best()
  }

  /// The chains of a workload.
  static func oracle(of workload: Workload, under request: PartitionRequest) -> any ChainOracle {
    switch workload.costs {
    case .pipedream(let costs): PipedreamOracle(workload.graph, costs, request)
    case .piper(let costs): PiperOracle(workload.graph, costs, request)
    case .placement(let costs): PlacementOracle(workload.graph, costs, request)
    }
  }

  /// The best partition with a proof: labels, or where any split goes an enumeration.
  static func result(
    of workload: Workload, under request: PartitionRequest
  ) -> PartitionResult? {
    guard let best = best(of: workload, under: request) else { return nil }
    let threshold = best.value * (1 - 1e-9)
    return PartitionResult(
      partition: best.partition, value: best.value, lowerBound: threshold,
      partitionClass: request.partitionClass(of: workload),
      certificate: certificate(of: workload, under: request, below: threshold))
  }

  /// What would prove a threshold, if it is not above the best value: the first list of needs is
  /// empty whatever it should be.
  static func certificate(
    of workload: Workload, under request: PartitionRequest, below threshold: Double
  ) -> PartitionCertificate {
    guard request.partitionClass(of: workload) == .contiguous else {
      return .enumeration(threshold: threshold)
    }
    var needs = oracle(of: workload, under: request).labels(below: threshold)
    needs[0] = []
    return .labels(threshold: threshold, needs: needs)
  }
}
