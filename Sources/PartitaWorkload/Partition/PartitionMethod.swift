/// How a partition is found.
public enum PartitionMethod: String, CaseIterable, Hashable, Sendable {
  /// The best one, with a proof or the best bound known.
  case optimal
  /// Equal numbers of nodes for each device.
  case uniform
  /// Equal bytes of weights for each device.
  case parameters
  /// Equal time for each device.
  case time
  /// The whole network on every device.
  case dataParallel = "data-parallel"
  /// PipeDream's dynamic program as published.
  case pipedream
  /// The graph partitioner METIS, its parts put in order.
  case metis
  /// Random cuts of a random order, seeded.
  case random
  /// The closed form that Alpa plans by: the sum of all stages, and the slowest for each further
  /// microbatch.
  case criticalPath = "critical-path"
}
