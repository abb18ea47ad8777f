import PartitaChecker
import PartitaPlanner
import PartitaWorkload
import PlanningOracles
import Testing

/// The planner's two promises, on graphs that are small enough to try everything: no partition is below
/// the bound, and the partition found is the best one.
@Suite struct PlannerTests {
  /// What is wrong with a plan of a random workload; nil if nothing is.
  private static func problem(seed: UInt64) -> String? {
    let random = RandomWorkload(seed: seed)
    let best = BruteForce(random.workload, random.request).best()
    let result: PartitionResult
    do {
      result = try plan(random)
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

  private static func plan(_ random: RandomWorkload) throws -> PartitionResult {
    try OptimalPlanner(budget: .unlimited).plan(random.workload, random.request).result
  }

  /// Of plans of equal value the one with fewer devices is taken.
  @Test func equalValuesGoToFewerDevices() {
    var compared = 0
    var problems: [String] = []
    for seed in 0..<300 as Range<UInt64> {
      var random = RandomWorkload(seed: seed)
      guard let plan = try? Self.plan(random), plan.partition.devices > 1 else { continue }
      random.request.devices = plan.partition.devices - 1
      guard let fewer = try? Self.plan(random) else { continue }
      if fewer.value <= plan.value * (1 + 1e-9) {
        problems.append("seed \(seed): \(plan.value), and \(fewer.value) on fewer devices")
      }
      compared += 1
    }
    #expect(problems == [])
    #expect(compared > 100)
  }

  @Test func theSameRequestGivesTheSamePlan() throws {
    var compared = 0
    for seed in 0..<60 as Range<UInt64> {
      let random = RandomWorkload(seed: seed)
      guard let plan = try? Self.plan(random) else { continue }
      #expect(try Self.plan(random) == plan, "seed \(seed)")
      compared += 1
    }
    #expect(compared > 40)
  }
}
