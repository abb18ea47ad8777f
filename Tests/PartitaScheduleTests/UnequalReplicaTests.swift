import PartitaPlan
import PartitaSchedule
import Testing

/// No stage starves where stages have different numbers of replicas: a stage with three times the
/// work has three replicas, so all ranks have the same to do.
@Suite struct UnequalReplicaTests {
  @Test(arguments: [
    [1, 3], [3, 1], [1, 2], [2, 1], [1, 3, 1], [3, 1, 3], [2, 1, 3], [1, 2, 3], [3, 2, 1],
  ])
  func noStageStarves(_ replicas: [Int]) throws {
    // With 32 groups, 24 microbatches go round robin.
    let plan = try Plans.even(replicas, groups: 32)
    let table = ScheduleTable(
      OneForwardOneBackward(), plan: plan, microbatches: Array(0..<24))
    let run = EventSimulation(table) { action in
      (action.phase == .forward ? 1 : 2) * replicas[action.stage]
    }
    let bound = 24 * 3
    print(replicas, Double(bound) / Double(run.makespan))
    #expect(Double(bound) / Double(run.makespan) >= 0.85, "\(run.makespan) for \(bound)")
  }
}
