internal import PartitaPlan
internal import PartitaSchedule
internal import PartitaSimulator

/// Judges choices: by the simulated time of the program that would run.
struct StepEvaluator {
  let problem: StepProblem
  /// Actions performed on paper so far: the work that a search is measured by.
  private(set) var actions = 0

  init(_ problem: StepProblem) { self.problem = problem }

  /// A choice that was judged.
  struct Judged {
    let choice: StepChoice
    let seconds: Double
    /// About how many bytes the rank that needs most takes: to sort by, not to promise.
    let roughBytes: Int
    /// The same without what microbatches in flight keep.
    let fixedBytes: Int
  }

  /// The program of a choice, on paper: without the buckets of gradients that are like others, of
  /// which each stage leaves out so many.
  func program(_ choice: StepChoice) -> (program: Program, leftOut: [Int])? {
    let table: ScheduleTable
    switch choice.order {
    case .named(let name):
      guard let schedule = problem.schedules[name] else { return nil }
      table = ScheduleTable(schedule, plan: choice.plan, microbatches: problem.microbatches)
    case .found(let found): table = found
    }
    guard let whole = try? problem.layers.pipeline(of: choice.plan) else { return nil }
    let (pipeline, leftOut) = whole.withBuckets(atMost: Pipeline.bucketsOnPaper)
    return (Program(pipeline, table, microbatchSizes: problem.microbatchSizes), leftOut)
  }

  /// A step of a program on paper; nil where ranks would wait for ever.
  mutating func simulation(_ program: Program, leftOut: [Int]) throws -> Simulation? {
    actions += program.ranks.reduce(0) { $0 + $1.actions.count } + program.messages.count
    let costs = try StepCosts(problem.profile, for: program, on: problem.cluster)
    return try? Simulation(program, costs, leftOutBuckets: leftOut)
  }

  /// The time of a choice; nil where it is none.
  mutating func judge(_ choice: StepChoice) throws -> Judged? {
    guard let (program, leftOut) = program(choice),
      let simulation = try simulation(program, leftOut: leftOut)
    else { return nil }
    let ranks = simulation.prediction.ranks
    let fixed = choice.plan.holdings.map { held in
      held.reduce(0) { sum, holding in
        let stage = choice.plan.stages[holding.stage]
        let groups = (problem.gradientGroups + stage.replicas - 1) / stage.replicas
        let holders = choice.plan.shardsUpdate(ofStage: holding.stage) ? stage.replicas : 1
        return problem.profile.layers[stage.layers].reduce(sum) {
          $0 + $1.bytes.parameters + $1.bytes.state / holders + groups * $1.bytes.gradients
        }
      }
    }
    return Judged(
      choice: choice, seconds: simulation.prediction.makespanSeconds,
      roughBytes: zip(fixed, ranks).map { $0 + $1.peakStashBytes }.max() ?? 0,
      fixedBytes: fixed.max() ?? 0)
  }
}
