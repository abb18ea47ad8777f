import PartitaPlanner
import PartitaWorkload
import Testing

/// The brute force against the cost models, and against a slower brute force.
@Suite struct BruteForceTests {
  /// What it says of its best partition is what the cost model says.
  @Test func agreesWithTheCostModels() throws {
    for seed in 3000..<3300 as Range<UInt64> {
      let random = RandomWorkload(seed: seed)
      guard let best = BruteForce.best(of: random.workload, under: random.request) else { continue }
      let value = try random.model.value(of: best.partition)
      #expect(abs(value - best.value) <= 1e-12 * value, "seed \(seed)")
    }
  }

  /// The best contiguous split is the best of all splits that are contiguous.
  @Test func contiguousSplitsAreSplits() {
    var compared = 0
    for seed in stride(from: 1, to: 300 as UInt64, by: 3) {
      var random = RandomWorkload(seed: seed)
      guard case .placement(let costs) = random.workload.costs else { continue }
      random.request.isContiguous = true
      let oracle = PlacementOracle(random.workload.graph, costs, random.request)
      let chain = oracle.best()?.value
      let all = oracle.bestOfAll { oracle.isContiguous($0) }?.value
      #expect(chain == all, "seed \(seed)")
      if let any = oracle.bestOfAll()?.value, let chain { #expect(any <= chain) }
      compared += 1
    }
    #expect(compared == 100)
  }
}
