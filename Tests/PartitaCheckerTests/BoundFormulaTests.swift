import PartitaChecker
import PartitaWorkload
import PlanningOracles
import Testing

/// Bounds by formula are below the best value, and the checker finds what the formula says.
@Suite struct BoundFormulaTests {
  @Test func boundsAreBelowTheOptimum() throws {
    var checked = 0
    var problems: [String] = []
    for seed in 4000..<4300 as Range<UInt64> {
      let random = RandomWorkload(seed: seed)
      guard let best = BruteForce(random.workload, random.request).best() else { continue }
      for (formula, multipliers, bound) in formulas(random) {
        let result = PartitionResult(
          partition: best.partition, value: best.value, lowerBound: bound,
          partitionClass: random.request.partitionClass(of: random.workload),
          certificate: .relaxation(formula: formula, multipliers: multipliers))
        do {
          try PartitionChecker.check(result, of: random.workload, under: random.request)
          checked += 1
        } catch {
          problems.append("seed \(seed), \(formula): \(error)")
        }
      }
    }
    #expect(problems == [] && checked > 300)
  }

  private func formulas(_ random: RandomWorkload) -> [(String, [String: Double], Double)] {
    let devices = Double(random.request.devices)
    switch random.workload.costs {
    case .pipedream(let costs): return [("work", [:], costs.seconds.reduce(0, +) / devices)]
    case .piper(let costs):
      let work = costs.variants.map { $0.map { Double($0.tensorDegree) * $0.seconds }.min() ?? 0 }
      return [("work", [:], work.reduce(0, +) / devices)]
    case .placement(let costs):
      let classes = Dictionary(
        grouping: costs.colorClass.indices, by: { costs.colorClass[$0] ?? -1 - $0 }
      ).values.map { nodes in
        (
          a: nodes.reduce(0) { $0 + costs.acceleratorMilliseconds[$1] },
          p: costs.cpus == 0 ? .infinity : nodes.reduce(0) { $0 + costs.cpuMilliseconds[$1] }
        )
      }
      let largest = classes.map { min($0.a, $0.p) }.max() ?? 0
      return [("largest", [:], largest)]
        + [0.125, 0.5, 2].map { price in
          let work = classes.reduce(0) { $0 + min($1.a, price * $1.p) }
          return ("work", ["cpu": price], work / (devices + price * Double(costs.cpus)))
        }
    }
  }
}
