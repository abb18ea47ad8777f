public import PartitaWorkload

/// A way to cut workloads: the search for the best partition, or a method of the field.
public protocol PartitionPlanner: Sendable {
  /// What files and reports call it.
  var method: PartitionMethod { get }

  /// A partition of a workload within the request's limits; equal arguments give equal partitions,
  /// unless a clock ends the search.
  /// - Throws: `WorkloadError.impossible` where the method has no answer, or one that breaks a limit.
  func plan(
    _ workload: Workload, _ request: PartitionRequest
  ) throws(WorkloadError) -> PartitionProposal
}
