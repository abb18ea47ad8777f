import PartitaGraph
import PartitaPlanner
import PartitaWorkload
import PlanningOracles
import Testing

/// The closed form's pipeline is the best of all pipelines by that form.
@Suite struct CriticalPathTests {
  /// All pipelines of some layers on at most so many devices.
  private func all(_ layers: Range<Int>, _ devices: Int) -> [[CriticalPath.Stage]] {
    guard !layers.isEmpty else { return [[]] }
    guard devices > 0 else { return [] }
    return (layers.lowerBound + 1...layers.upperBound).flatMap { end in
      (1...devices).flatMap { replicas in
        all(end..<layers.upperBound, devices - replicas).map { rest in
          [CriticalPath.Stage(layers: layers.lowerBound..<end, replicas: replicas)] + rest
        }
      }
    }
  }

  @Test(arguments: 1...40) func isTheBestOfAll(seed: Int) {
    var random = SplitMix64(seed: UInt64(seed))
    let layers = Int.random(in: 1...5, using: &random)
    let devices = Int.random(in: 1...4, using: &random)
    let microbatches = Int.random(in: 1...9, using: &random)
    var known: [CriticalPath.Stage: Double] = [:]
    for stage in Set(all(0..<layers, devices).joined()) {
      known[stage] = Double.random(in: 0...1, using: &random)
    }
    let path = CriticalPath(
      layerCount: layers, devices: devices, microbatches: microbatches,
      replicas: Array(1...devices)
    ) { known[$0] ?? .infinity }
    let values = all(0..<layers, devices).map { stages in
      let seconds = stages.map { known[$0] ?? .infinity }
      return seconds.reduce(0, +) + Double(microbatches - 1) * (seconds.max() ?? 0)
    }
    let best = path.best()
    #expect(abs((best?.value ?? -1) - (values.min() ?? 0)) < 1e-12)
    #expect(best?.stages.flatMap(\.layers) == Array(0..<layers))
    #expect(best.map { $0.stages.reduce(0) { $0 + $1.replicas } <= devices } ?? false)
  }

  /// On every kind of workload it gives a plan that its cost model takes, or a refusal.
  @Test(arguments: 1...60) func everyWorkloadIsAnswered(seed: Int) throws {
    let sample = RandomWorkload(seed: UInt64(seed))
    do {
      let plan = try PartitionBaseline(.criticalPath).plan(sample.workload, sample.request)
      let model = sample.workload.model(sample.request)
      #expect(try model.value(of: plan.result.partition) == plan.result.value)
    } catch {
      #expect("\(error)".count > 10)
    }
  }
}
