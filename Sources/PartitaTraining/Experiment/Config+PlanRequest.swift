internal import PartitaConfig
internal import PartitaPlan
internal import PartitaSchedule

extension TrainingConfig {
  /// What is asked of a plan; a table of a schedule decides where the stages lie.
  func planRequest(_ source: ScheduleSource) throws -> PlanRequest {
    let replicas: [Int]? =
      switch parallel.replicas {
      case .every(let count): [count]
      case .perStage(let counts): counts
      case nil: nil
      }
    var request = PlanRequest(
      stages: parallel.stages, replicas: replicas, cuts: parallel.cuts ?? [],
      virtual: parallel.virtual, recomputation: parallel.recompute)
    switch source {
    case .named(let schedule): request.stageOrder = schedule.stageOrder
    case .table:
      request.ranks = try source.ranks(gradientGroups: training.gradientGroups)
      request.replicas = nil
      request.virtual = 1
    // It comes with its plan.
    case .found: break
    }
    return request
  }
}
