import PartitaPlan
import PartitaPlanner
import PartitaWorkload

/// One workload on one number of devices, planned by several methods against the clock.
struct ComparisonCase {
  let workload: Workload
  let request: PartitionRequest
  /// Plans of each method that draws at random.
  let seeds: Int
  /// What the planner may take for a plan.
  let seconds: Double
  let splitter: any GraphSplitter

  /// Plans by every method; tells of each that it begins.
  func compare(
    _ methods: [PartitionMethod], onStart: (PartitionMethod) -> Void
  ) throws -> PartitionComparison {
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
