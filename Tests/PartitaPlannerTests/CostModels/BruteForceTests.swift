import PartitaPlanner
import PartitaWorkload
import PlanningOracles
import Testing

/// The brute force against the cost models, and against a slower brute force.
@Suite struct BruteForceTests {
  /// What it says of its best partition is what the cost model says.
  @Test func agreesWithTheCostModels() {
    var compared = 0
    var problems: [String] = []
    for seed in 3000..<3300 as Range<UInt64> {
      let random = RandomWorkload(seed: seed)
      guard let best = BruteForce(random.workload, random.request).best() else { continue }
      do {
        let value = try random.workload.model(random.request).value(of: best.partition)
        if abs(value - best.value) > 1e-12 * value {
          problems.append("seed \(seed): \(value), not \(best.value)")
        }
      } catch {
        problems.append("seed \(seed): \(error)")
      }
      compared += 1
    }
    #expect(problems == [] && compared > 250)
  }

  /// The best contiguous split is the best of all splits that are contiguous.
  @Test func contiguousSplitsAreSplits() {
    var compared = 0
    var problems: [String] = []
    for seed in stride(from: 1, to: 300 as UInt64, by: 3) {
      var random = RandomWorkload(seed: seed)
      guard case .placement(let costs) = random.workload.costs else { continue }
      random.request.isContiguous = true
      let oracle = PlacementOracle(random.workload.graph, costs, random.request)
      let chain = oracle.best()?.value
      let all = oracle.bestOfAll { oracle.isContiguous($0) }?.value
      if chain != all { problems.append("seed \(seed)") }
      if let any = oracle.bestOfAll()?.value, let chain, any > chain {
        problems.append("seed \(seed): \(any) is above \(chain)")
      }
      compared += 1
    }
    #expect(problems == [] && compared == 100)
  }
}
