internal import PartitaPlan
internal import PartitaSchedule
internal import PartitaSimulator

/// Plans that somebody else has made.
extension StepPlanner {
  /// What a choice comes to; nil where its ranks would wait for ever.
  ///
  /// Complexity: that of the bound, and a simulation.
  /// - Throws: `PlanError` or `ProfileError` where it is for another network; what `memory` throws.
  public func judge(_ choice: StepChoice) throws -> StepPlan? {
    var evaluator = StepEvaluator(problem)
    guard let (program, leftOut) = evaluator.program(choice),
      let simulation = try evaluator.simulation(program, leftOut: leftOut)
    else { return nil }
    let (seconds, bytes) = (simulation.prediction.makespanSeconds, try memory(choice))
    let bound = SpaceBound(table: try StageTable(problem), problem: problem).seconds
    return StepPlan(
      choice: choice, program: program, prediction: simulation.prediction, bytes: bytes,
      lowerBound: min(bound, seconds), ending: .given, judged: 1,
      front: [.init(choice: choice, seconds: seconds, bytes: bytes.max() ?? 0)])
  }

  /// Bytes that an arena has at the least under a choice, of the rank that needs most: weights, gradients,
  /// states, and what microbatches in flight keep; nil where ranks would wait for ever.
  package func roughBytes(_ choice: StepChoice) throws -> Int? {
    var evaluator = StepEvaluator(problem)
    return try evaluator.judge(choice)?.roughBytes
  }

  /// The fastest way to run a pipeline that is cut already, one stage on each column.
  ///
  /// Complexity: that of the bound, and a simulation for each schedule.
  /// - Parameters:
  ///   - cuts: the first layer of each stage but the first.
  ///   - replicas: the ranks of each stage, as many in all as the problem has.
  ///   - schedule: the schedule; nil takes the fastest of all.
  /// - Throws: `PlanError` for what can't be a plan, `StepPlanError.memory` where it fits under no
  ///   schedule; what `memory` throws.
  public func best(cuts: [Int], replicas: [Int], schedule: String? = nil) throws -> StepPlan {
    let shape = PlanShape(replicas: replicas, virtual: 1, order: .looped)
    let plan = try shape.plan(cuts: cuts, of: problem)
    var evaluator = StepEvaluator(problem)
    let judged = try problem.schedules(for: shape)
      .filter { $0.name == schedule ?? $0.name }
      .compactMap { try evaluator.judge(StepChoice(plan: plan, order: .named($0.name))) }
      .sorted { ($0.seconds, $0.roughBytes) < ($1.seconds, $1.roughBytes) }
    var least: Int?
    for found in judged {
      guard let answer = try judge(found.choice) else { continue }
      let most = answer.bytes.max() ?? 0
      guard let memoryLimit, most > memoryLimit else { return answer }
      least = min(least ?? most, most)
    }
    guard let memoryLimit, let least else {
      throw StepPlanError.nothingFits(
        ranks: problem.ranks, reason: "no schedule suits \(replicas.count) stages")
    }
    throw StepPlanError.memory(limit: memoryLimit, least: least)
  }
}
