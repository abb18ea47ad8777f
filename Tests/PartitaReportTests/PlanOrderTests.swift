import PartitaReport
import Testing

/// Of two plans far enough apart the faster one should be predicted to be faster.
@Suite struct PlanOrderTests {
  private func order(_ seconds: [(predicted: Double, measured: Double)], apart: Double) -> PlanOrder
  {
    PlanOrder(
      seconds.map {
        ScalingReport.PlanCase(
          plan: "", predictedSeconds: $0.predicted, measuredSeconds: $0.measured)
      }, apart: apart)
  }

  /// Pairs that are nearer count neither way.
  @Test func nearPairsDontCount() {
    let plans = [(predicted: 1.0, measured: 1.0), (0.9, 1.04), (1.5, 1.2)]
    let near = order(plans, apart: 0.05)
    #expect([near.pairs, near.right] == [2, 2])
    let all = order(plans, apart: 0.01)
    #expect([all.pairs, all.right] == [3, 2])
    #expect(all.share == 2.0 / 3)
    #expect(order(plans, apart: 0.5).share == 1)
  }

  /// Whichever comes first in the list.
  @Test func theOrderOfTheListIsOfNoImportance() {
    let plans = [(predicted: 3.0, measured: 1.0), (1.0, 2.0), (2.0, 3.0)]
    for list in [plans, plans.reversed()] {
      let found = order(list, apart: 0.15)
      #expect([found.pairs, found.right] == [3, 1])
    }
  }
}
