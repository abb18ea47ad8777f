import PartitaPlanner
import PartitaWorkload
import Testing

/// The law of comparisons: the planner is never above a baseline, and no plan below the bound.
@Suite struct PartitionComparisonTests {
  private func trial(_ method: PartitionMethod, _ value: Double?, seed: UInt64? = nil)
    -> PartitionTrial
  {
    PartitionTrial(
      method: method, seed: seed, seconds: 1,
      outcome: value.map { .scored(PartitionTrial.Score(value: $0, devices: 2, parts: 2)) }
        ?? .refused(reason: "no"))
  }

  @Test func aBetterPlanBecomesThePlanners() throws {
    let comparison = try PartitionComparison(
      devices: 2, lowerBound: 1, trials: [trial(.metis, 2, seed: 1), trial(.optimal, 3)])
    #expect(comparison.trials.map(\.method) == [.optimal, .metis])
    #expect(comparison.trials.map(\.score?.value) == [2, 2])
    #expect(try #require(comparison.trials[0].score?.remark).contains("'metis'"))
    #expect(comparison.best == 2)
  }

  @Test func aPlanWhereThePlannerHasNoneBecomesThePlanners() throws {
    let comparison = try PartitionComparison(
      devices: 2, lowerBound: nil, trials: [trial(.optimal, nil), trial(.time, 2)])
    #expect(comparison.trials[0].score?.value == 2)
  }

  @Test func thePlannersOwnPlanStays() throws {
    let comparison = try PartitionComparison(
      devices: 2, lowerBound: 2, trials: [trial(.optimal, 2), trial(.time, 2)])
    #expect(comparison.trials[0].score?.remark == nil)
  }

  @Test func aPlanBelowTheBoundIsAnError() throws {
    let error = #expect(throws: PartitionComparisonError.self) {
      try PartitionComparison(
        devices: 2, lowerBound: 2, trials: [trial(.optimal, 2), trial(.time, 1.9)])
    }
    #expect("\(try #require(error))".contains("'time' costs 1.9, less than the proved bound 2.0"))
  }

  @Test func seedsAreSummedUp() throws {
    let comparison = try PartitionComparison(
      devices: 2, lowerBound: nil,
      trials: [
        trial(.random, 5, seed: 1), trial(.random, nil, seed: 2), trial(.random, 3, seed: 3),
        trial(.random, 9, seed: 4), trial(.uniform, nil),
      ])
    guard case .scores(let median, let range, let count) = comparison.summary(of: .random) else {
      Issue.record("no plans")
      return
    }
    #expect(median.value == 5 && range == 3...9 && count == 3)
    #expect(comparison.summary(of: .uniform) == .refused(reason: "no"))
    #expect(comparison.summary(of: .time) == nil)
    #expect(comparison.methods == [.uniform, .random])
  }
}
