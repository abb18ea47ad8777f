import PartitaChecker
import PartitaPlanner
import PartitaWorkload
import Testing

/// The planner's two promises, on graphs that are small enough to try everything: no partition is below
/// the bound, and the partition found is the best one.
@Suite struct PlannerTests {
  /// A case goes wrong here, with its words; else it is counted by whether it could be met.
  private static func problem(seed: UInt64) -> String? {
    let random = RandomWorkload(seed: seed)
    let best = BruteForce.best(of: random.workload, under: random.request)
    let result: PartitionResult
    do {
      result = try PartitionPlanner.plan(random.workload, random.request, budget: .unlimited)
    } catch {
      return best == nil ? nil : "seed \(seed): refused: \(error)"
    }
    guard let best else { return "seed \(seed): there is no plan, and one was found" }
    let slack = 1e-9 * max(best.value, 1e-300)
    if result.value > best.value * (1 + 2e-9) {
      return "seed \(seed): found \(result.value), best \(best.value)"
    }
    if result.value < best.value - slack { return "seed \(seed): below the best one" }
    if result.lowerBound > best.value + slack { return "seed \(seed): bound above the best one" }
    if !result.isOptimal { return "seed \(seed): gap \(result.gap)" }
    do {
      try PartitionChecker.check(result, of: random.workload, under: random.request)
    } catch {
      return "seed \(seed): the checker says \(error)"
    }
    return nil
  }

  /// 2,000 random graphs, cost models in turn.
  @Test(arguments: 0..<8)
  func onSmallGraphsThePlanIsTheBestAndProved(part: Int) {
    for seed in UInt64(part * 250)..<UInt64((part + 1) * 250) {
      if let problem = Self.problem(seed: seed) { Issue.record("\(problem)") }
    }
  }

  /// Of plans of equal value the one with fewer devices is taken.
  @Test func equalValuesGoToFewerDevices() throws {
    for seed in 0..<300 as Range<UInt64> {
      var random = RandomWorkload(seed: seed)
      guard
        let plan = try? PartitionPlanner.plan(random.workload, random.request, budget: .unlimited),
        plan.partition.devices > 1
      else { continue }
      random.request.devices = plan.partition.devices - 1
      guard
        let fewer = try? PartitionPlanner.plan(random.workload, random.request, budget: .unlimited)
      else { continue }
      #expect(fewer.value > plan.value * (1 + 1e-9), "seed \(seed)")
    }
  }

  @Test func theSameRequestGivesTheSamePlan() throws {
    for seed in 0..<60 as Range<UInt64> {
      let random = RandomWorkload(seed: seed)
      func plan() -> PartitionResult? {
        try? PartitionPlanner.plan(random.workload, random.request, budget: .unlimited)
      }
      #expect(plan() == plan())
    }
  }
}
