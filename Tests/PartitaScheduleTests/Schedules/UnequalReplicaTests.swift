import PartitaPlan
import PartitaSchedule
import TestSchedules
import Testing

/// No stage starves where stages have different numbers of replicas: a stage with three times the
/// work has three replicas, so all ranks have the same to do, and no rank can be done before its
/// own work is.
@Suite struct UnequalReplicaTests {
  /// What is missing is the fill: more columns need more microbatches.
  @Test(arguments: [
    (24, [[1, 3], [3, 1], [1, 2], [2, 1], [1, 3, 1]]),
    (48, [[3, 1, 3], [2, 1, 3], [1, 2, 3], [3, 2, 1], [1, 2, 1]]),
  ])
  func noStageStarves(microbatches: Int, _ cases: [[Int]]) throws {
    for replicas in cases {
      // As many groups as it takes for microbatches to go round robin.
      let plan = try Plans.even(replicas, groups: 64)
      let table = ScheduleTable(
        OneForwardOneBackward(), plan: plan, microbatches: Array(0..<microbatches))
      let run = EventSimulation(table) { action in
        Double((action.phase == .forward ? 1 : 2) * replicas[action.stage])
      }
      let work = microbatches * 3
      #expect(Double(work) / run.makespan >= 0.85, "\(replicas): \(run.makespan)")
    }
  }

  /// A rank is ahead by what the next column's ranks hold at once.
  @Test func depths() throws {
    func seats(_ replicas: [Int]) throws -> [Seat] {
      ScheduleTable.seats(
        try Plans.even(replicas, groups: 4), microbatches: Array(0..<8))
    }
    #expect(try seats([1, 1, 1, 1]).map(\.behind) == [3, 2, 1, 0])
    #expect(try seats([1, 1, 1, 1]).map(\.before) == [0, 1, 2, 3])
    #expect(try seats([1, 3]).map(\.behind) == [3, 0, 0, 0])
    #expect(try seats([3, 1]).map(\.behind) == [1, 1, 1, 0])
    // Each of three is one ahead of the last, so they hold six.
    #expect(try seats([1, 3, 1]).map(\.behind) == [6, 1, 1, 1, 0])
    #expect(try seats([1, 3, 1]).map(\.before) == [0, 1, 1, 1, 6])
  }
}
