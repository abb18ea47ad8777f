import PartitaPlan
import PartitaSchedule
import Testing

/// A found schedule keeps the limit and law 2, is no longer than any named one that fits, and no
/// shorter than its bound.
@Suite struct ScheduleSearchTests {
  @Test func scratch() throws {
    let plan = try Plans.even([1, 1, 1, 1], groups: 1)
    for (f, i, w, c) in [(1.0, 1.0, 1.0, 0.0), (18.522, 18.086, 9.337, 0.601), (2, 3, 1, 0.5)] {
      for limit in 1...8 {
        let costs = ScheduleCosts(
          stages: Array(
            repeating: StageCosts(
              forward: f, inputGradient: i, weightGradient: w, stashBytes: 1), count: 4),
          communication: c)
        let clock = ContinuousClock()
        var found: ScheduleSearch.Found?
        let time = try clock.measure {
          found = try ScheduleSearch(
            plan: plan, microbatches: Array(0..<8), costs: costs, limit: limit
          ).best()
        }
        let f = try #require(found)
        print(
          limit, f.makespan, f.lowerBound, f.bestNamed?.rawValue ?? "-", f.bestNamedMakespan ?? 0,
          time)
      }
    }
    let vee = try Plans.even([1, 1, 1, 1], virtual: 2, placement: .vee, groups: 1)
    for limit in 2...9 {
      let costs = ScheduleCosts(
        stages: Array(
          repeating: StageCosts(
            forward: 1, inputGradient: 1, weightGradient: 1, stashBytes: 1), count: 8),
        communication: 0)
      let f = try ScheduleSearch(
        plan: vee, microbatches: Array(0..<8), costs: costs, limit: limit
      ).best()
      print(
        "vee", limit, f.makespan, f.lowerBound, f.bestNamed?.rawValue ?? "-",
        f.bestNamedMakespan ?? 0)
    }
  }
}
