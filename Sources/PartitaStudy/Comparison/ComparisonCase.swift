internal import PartitaPlan
public import PartitaPlanner
public import PartitaWorkload

/// One workload on one number of devices, planned by several methods against the clock.
public struct ComparisonCase {
  private let workload: Workload
  private let request: PartitionRequest
  private let seeds: Int
  private let seconds: Double
  private let splitter: any GraphSplitter

  /// - Parameters:
  ///   - workload: what is cut.
  ///   - request: for how many devices, with what bandwidth and memory.
  ///   - seeds: plans of each method that draws at random.
  ///   - seconds: what the planner may take for a plan.
  ///   - splitter: cuts graphs for the methods that need one.
  public init(
    workload: Workload, request: PartitionRequest, seeds: Int, seconds: Double,
    splitter: any GraphSplitter
  ) {
    self.workload = workload
    self.request = request
    self.seeds = seeds
    self.seconds = seconds
    self.splitter = splitter
  }

  /// Plans by every method; tells of each that it begins.
  /// - Throws: `PartitionComparisonError` where a plan costs less than the bound.
  public func compare(
    _ methods: [PartitionMethod], onStart: (PartitionMethod) -> Void
  ) throws(PartitionComparisonError) -> PartitionComparison {
    var lowerBound: Double?
    var trials: [PartitionTrial] = []
    for method in methods {
      onStart(method)
      for draw in 1...(method.isSeeded ? seeds : 1) {
        let seed = method.isSeeded ? UInt64(draw) : nil
        let start = ContinuousClock.now
        let outcome: PartitionTrial.Outcome
        do {
          outcome = .scored(try score(method, seed, since: start, lowerBound: &lowerBound))
        } catch {
          outcome = .refused(reason: "\(error)")
        }
        trials.append(
          PartitionTrial(
            method: method, seed: seed, seconds: Self.seconds(since: start), outcome: outcome))
      }
    }
    return try PartitionComparison(
      devices: request.devices, lowerBound: lowerBound, trials: trials)
  }

  private func score(
    _ method: PartitionMethod, _ seed: UInt64?, since start: ContinuousClock.Instant,
    lowerBound: inout Double?
  ) throws(WorkloadError) -> PartitionTrial.Score {
    let budget = SearchBudget(seconds: seconds) { Self.seconds(since: start) }
    let proposal = try method.planner(budget: budget, seed: seed ?? 0, splitter: splitter)
      .plan(workload, request)
    if method == .optimal { lowerBound = proposal.result.lowerBound }
    return PartitionTrial.Score(proposal)
  }

  private static func seconds(since start: ContinuousClock.Instant) -> Double {
    (ContinuousClock.now - start) / .seconds(1)
  }
}
