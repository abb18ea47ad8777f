internal import PartitaPlan
internal import PartitaSchedule
internal import PartitaSimulator

/// Looks for the plan with the shortest simulated step: cuts, replicas, virtual stages and schedule.
///
/// Plans are judged in the order of what none of their steps can be below; where the next one can't be
/// faster than the best, none of those behind can (branch and bound). A search that is not cut off by
/// its clock always gives the same answer: its effort is counted in actions that are performed on
/// paper.
public struct StepPlanner: Sendable {
  let problem: StepProblem
  let memory: @Sendable (StepChoice) throws -> [Int]
  let memoryLimit: Int?
  let needsRoughBytes: Bool
  let effort: Int
  let isOutOfTime: @Sendable (_ share: Double) -> Bool

  /// - Parameters:
  ///   - problem: what a plan is looked for.
  ///   - memoryLimit: bytes that a rank's arena may have.
  ///   - needsRoughBytes: whether an arena is at least as large as weights, gradients, states and what
  ///     microbatches in flight keep, so that larger plans need no second look.
  ///   - effort: actions and messages that are performed on paper, about ten million a second.
  ///   - isOutOfTime: whether such a share of the time for the search is over.
  ///   - memory: bytes of each rank's arena under a choice, as the runtime takes them.
  public init(
    _ problem: StepProblem, memoryLimit: Int? = nil, needsRoughBytes: Bool = false,
    effort: Int = 30_000_000,
    isOutOfTime: @escaping @Sendable (_ share: Double) -> Bool = { _ in false },
    memory: @escaping @Sendable (StepChoice) throws -> [Int]
  ) {
    self.problem = problem
    self.memoryLimit = memoryLimit
    self.needsRoughBytes = needsRoughBytes
    self.effort = effort
    self.isOutOfTime = isOutOfTime
    self.memory = memory
  }

  /// The best plan.
  ///
  /// Complexity: plans · layers to list them, and the effort.
  /// - Throws: `StepPlanError` where there is none; what `memory` throws.
  public func best() throws -> StepPlan { try best(1)[0] }

  /// The best plans, the fastest first: as many, or as many as were found to be performed otherwise.
  ///
  /// Complexity: that of one, and a simulation for each.
  /// - Throws: `StepPlanError` where there is none; what `memory` throws.
  public func best(_ count: Int) throws -> [StepPlan] {
    let table = try StageTable(problem)
    let space = PlanSpace(problem, table)
    guard !space.places.isEmpty else {
      throw StepPlanError.nothingFits(ranks: problem.ranks, reason: problem.shortage)
    }
    var search = StepSearch(self, space)
    try search.judge(space.places)
    if !space.isComplete { try search.climb(table) }
    try search.place()
    try search.reorder(space)
    try search.recompute()
    guard let best = search.best else {
      throw StepPlanError.memory(limit: memoryLimit ?? 0, least: try search.leastBytes() ?? 0)
    }
    // What was judged is no less than what no plan is below; rounding apart.
    let bound = min(SpaceBound(table: table, problem: problem).seconds, best.seconds)
    let front = try search.front()
    return try search.finalists(count).compactMap { choice, program, leftOut, bytes in
      try search.evaluator.simulation(program, leftOut: leftOut).map { simulation in
        StepPlan(
          choice: choice, program: program, prediction: simulation.prediction, bytes: bytes,
          lowerBound: bound,
          ending: search.isCutOff
            ? .timeLimit : space.isComplete && search.hasAllOrders ? .complete : .shortlist,
          judged: search.judged.count, front: front)
      }
    }
  }
}

extension StepProblem {
  /// Why no plan has so many ranks.
  var shortage: String {
    if pins != PlanPins() { return "none is as it is pinned" }
    return
      "\(layerCount) layers make at most \(layerCount) stages, of at most \(gradientGroups) replicas "
      + "each: use fewer ranks, or raise training.gradient_groups, which changes the bits"
  }
}
