public import PartitaWorkload

extension PartitionMethod {
  /// The planner of this name.
  ///
  /// - Parameters:
  ///   - budget: what the planner may take.
  ///   - seed: what `random` and `metis` draw from.
  ///   - splitter: what `metis` splits with, and `optimal` may begin with.
  public func planner(
    budget: SearchBudget, seed: UInt64 = 0, splitter: (any GraphSplitter)? = nil
  ) -> any PartitionPlanner {
    switch self {
    case .optimal: OptimalPlanner(budget: budget, splitter: splitter)
    case .uniform, .parameters, .time, .dataParallel, .pipedream, .metis, .random, .criticalPath:
      PartitionBaseline(self, seed: seed, splitter: splitter, budget: budget)
    }
  }
}
