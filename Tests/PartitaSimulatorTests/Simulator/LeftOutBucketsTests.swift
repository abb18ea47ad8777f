import PartitaPlan
import PartitaSchedule
import PartitaSimulator
import TestSchedules
import Testing

/// A program on paper leaves out buckets of gradients that are like others; its prediction is that of the
/// whole program.
@Suite struct LeftOutBucketsTests {
  private func costs(_ stages: Int, links: Int) -> StepCosts {
    var costs = StepCosts.uniform(
      stages: stages, forward: 0.01, inputGradient: 0.013, weightGradient: 0.011)
    costs.reductionSecondsPerByte = 2e-10
    costs.actionSeconds = 1e-6
    costs.exchangeRoundSeconds = 1e-5
    for stage in 0..<stages { costs.stages[stage].forward.fixed *= 1 + 0.3 * Double(stage) }
    var link = StepCosts.Link(latencySeconds: 5e-6, bytesPerSecond: 3e9)
    switch links {
    case 0: break
    case 1: link.eagerLimitBytes = 1_000
    default:
      link.senderSeconds = 1e-6
      link.senderSecondsPerByte = 1e-10
      link.receiverSecondsPerByte = 3e-10
    }
    costs.sameHost = link
    costs.acrossHosts = link
    costs.acrossHosts.secondsPerByte *= 4
    costs.hosts = [0, 1, 0, 1, 1, 0, 0]
    return costs
  }

  @Test(arguments: [[1], [2], [4], [2, 4], [3, 3, 1]], [0, 1, 2])
  func thePredictionIsThatOfTheWhole(replicas: [Int], links: Int) throws {
    for shares in [false, true] { try comparePredictions(replicas, links, shares: shares) }
  }

  private func comparePredictions(_ replicas: [Int], _ links: Int, shares: Bool) throws {
    let elements = 150 * GradientLayout.bucketBytes / 4 + 77 * 16
    let whole = try Plans.program(
      OneForwardOneBackward(), replicas: replicas, groups: 4, sizes: Array(repeating: 1, count: 8),
      bytes: 100_000, gradientElements: elements, shardsUpdate: shares)
    let (pipeline, leftOut) = whole.pipeline.withBuckets(atMost: 8)
    #expect(leftOut == replicas.map { _ in 142 })
    let short = Program(pipeline, try whole.table, microbatchSizes: whole.microbatchSizes)
    let costs = costs(replicas.count, links: links)
    let one = try Simulation(whole, costs).prediction
    let other = try Simulation(short, costs, leftOutBuckets: leftOut).prediction
    func areEqual(_ one: Double, _ other: Double) -> Bool {
      abs(one - other) <= 1e-9 * max(one, other)
    }
    #expect(areEqual(one.makespanSeconds, other.makespanSeconds))
    for (one, other) in zip(one.ranks, other.ranks) {
      #expect(areEqual(one.busySeconds, other.busySeconds))
      #expect(areEqual(one.computeSeconds, other.computeSeconds))
    }
  }

  /// Small models are predicted bucket by bucket, as ever.
  @Test func smallModelsHaveAllTheirBuckets() throws {
    let pipeline = Pipeline.chain(stages: 2, gradientElements: 3_000_000)
    let (same, leftOut) = pipeline.withBuckets(atMost: Pipeline.bucketsOnPaper)
    #expect(same == pipeline && leftOut == [0, 0])
  }
}
