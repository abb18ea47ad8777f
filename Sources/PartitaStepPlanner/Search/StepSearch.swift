internal import PartitaPlan
internal import PartitaSchedule
internal import PartitaSimulator

/// A search under way.
struct StepSearch {
  /// What is looked for, and within which bounds.
  let planner: StepPlanner
  /// What judges.
  var evaluator: StepEvaluator
  /// All that was judged.
  private(set) var judged: [StepEvaluator.Judged] = []
  /// The fastest that fits.
  private(set) var best: StepEvaluator.Judged?
  /// The smallest need of all that didn't fit.
  private(set) var leastBytes: Int?
  /// Those that were faster than the best and didn't fit.
  private var tooLarge: [StepEvaluator.Judged] = []
  /// Whether the search ended before its time.
  private(set) var isCutOff = false
  private var seen: Set<StepChoice> = []

  /// A search that has not begun.
  init(_ planner: StepPlanner) {
    self.planner = planner
    evaluator = StepEvaluator(planner.problem)
  }

  private var problem: StepProblem { planner.problem }

  /// Whether the search has to end; an answer comes first.
  private mutating func hasToEnd() -> Bool {
    if best != nil, planner.isOutOfTime() { isCutOff = true }
    return isCutOff || evaluator.actions >= planner.effort
  }

  /// Judges plans in order, until none of the rest can be faster than the best.
  mutating func judge(_ places: [(place: PlanSpace.Place, bound: Double)]) throws {
    for (place, bound) in places {
      if let best, bound > best.seconds || hasToEnd() { return }
      try judge(place)
    }
  }

  /// Judges a plan under every schedule that suits it.
  private mutating func judge(_ place: PlanSpace.Place) throws {
    let plan = try place.shape.plan(cuts: place.cuts, of: problem)
    for schedule in problem.schedules(for: place.shape) {
      try judge(StepChoice(plan: plan, order: .named(schedule.name)))
    }
  }

  /// Judges a choice, and keeps it if it is the fastest that fits and can be performed.
  private mutating func judge(_ choice: StepChoice) throws {
    guard seen.insert(choice).inserted, let found = try evaluator.judge(choice) else { return }
    judged.append(found)
    // Of equally fast ones the smaller.
    let isBetter = best.map { ($0.seconds, $0.roughBytes) > (found.seconds, found.roughBytes) }
    guard isBetter ?? true, let program = evaluator.program(choice)?.program,
      (try? Verifier.prove(program)) != nil
    else { return }
    if let limit = planner.memoryLimit {
      let most = try planner.memory(choice).max() ?? 0
      guard most <= limit else {
        leastBytes = min(leastBytes ?? most, most)
        tooLarge.append(found)
        return
      }
    }
    best = found
  }

  /// Moves cuts and replicas of the best plans one step at a time while that makes them faster.
  mutating func climb(_ table: StageTable) throws {
    var starts: [PlanSpace.Place] = []
    for found in judged.sorted(by: { $0.seconds < $1.seconds }) {
      guard starts.count < 6 else { break }
      let place = PlanSpace.Place(found.choice.plan, like: problem)
      if let place, !starts.contains(where: { $0.shape == place.shape }) { starts.append(place) }
    }
    for start in starts {
      var current = start
      while !hasToEnd() {
        let before = best?.seconds ?? .infinity
        let next = current.neighbours(in: problem)
          .map { (place: $0, bound: PlanSpace.bound($0, layerCount: problem.layerCount, table)) }
          .filter { $0.bound < before }.sorted { $0.bound < $1.bound }
        try judge(next)
        guard let found = best, found.seconds < before,
          let place = PlanSpace.Place(found.choice.plan, like: problem), place != current
        else { break }
        current = place
      }
    }
  }

  /// Makes plans that are too large fit by computing again what they would keep: of the first stage,
  /// which keeps most microbatches, of the first two, and so on.
  mutating func recompute() throws {
    guard problem.pins.recompute == nil else { return }
    let fastest = tooLarge.sorted { $0.seconds < $1.seconds }.prefix(8)
    let smallest = tooLarge.sorted {
      ($0.fixedBytes, $0.roughBytes) < ($1.fixedBytes, $1.roughBytes)
    }.prefix(8)
    for found in fastest + smallest {
      guard case .named = found.choice.order, found.choice.plan.recomputed.isEmpty,
        found.seconds < best?.seconds ?? .infinity, best == nil || !hasToEnd()
      else { continue }
      let plan = found.choice.plan
      for count in 1...plan.stages.count {
        let stages = plan.stages.enumerated().map { index, stage in
          Plan.Stage(
            layers: stage.layers, ranks: stage.ranks,
            recomputed: index < count ? Array(stage.layers) : [])
        }
        let known = best?.seconds
        try judge(
          StepChoice(
            plan: Plan(
              stages: stages, gradientGroups: plan.gradientGroups,
              gradientOrder: plan.gradientOrder, layerCount: problem.layerCount),
            order: found.choice.order))
        if best?.seconds != known { break }
      }
    }
  }

  /// Looks for orders of actions that are faster than the named ones, for the fastest plans.
  mutating func reorder() throws {
    guard problem.pins.schedule == nil, problem.ranks > 1 else { return }
    var plans: [Plan] = []
    for found in judged.sorted(by: { $0.seconds < $1.seconds })
    where plans.count < 3 && found.choice.plan.recomputed.isEmpty {
      if !plans.contains(found.choice.plan) { plans.append(found.choice.plan) }
    }
    for plan in plans where !hasToEnd() {
      let costs = try StepCosts(
        problem.profile, plan: plan, microbatchSizes: problem.microbatchSizes,
        on: problem.cluster)
      let search = ScheduleSearch(
        plan: plan, microbatches: problem.microbatches,
        costs: ScheduleCosts(costs, samples: problem.largestMicrobatch),
        effort: min(10_000_000, planner.effort / 3), named: problem.schedules)
      guard let found = try? search.best(), found.makespan < found.bestNamedMakespan ?? .infinity
      else { continue }
      try judge(StepChoice(plan: plan, order: .found(found.table)))
    }
  }

  /// A choice that can be performed and fits.
  typealias Finalist = (choice: StepChoice, program: Program, leftOut: [Int], bytes: [Int])

  /// The best, and the fastest of the others that are performed in another way.
  func finalists(_ count: Int) throws -> [Finalist] {
    guard let best else { return [] }
    var found: [Finalist] = []
    let others = judged.sorted { ($0.seconds, $0.roughBytes) < ($1.seconds, $1.roughBytes) }
    for candidate in [best] + others where found.count < count {
      guard let (program, leftOut) = evaluator.program(candidate.choice),
        !found.contains(where: { $0.program.ranks == program.ranks }),
        (try? Verifier.prove(program)) != nil
      else { continue }
      let bytes = try planner.memory(candidate.choice)
      guard planner.memoryLimit.map({ (bytes.max() ?? 0) <= $0 }) ?? true else { continue }
      found.append((candidate.choice, program, leftOut, bytes))
    }
    return found
  }

  /// What nothing that was judged dominates in time and memory; the fastest first.
  ///
  /// Exact bytes are asked for few: those that the rough ones don't rule out.
  func front() throws -> [StepPlan.Alternative] {
    var (candidates, least) = ([StepEvaluator.Judged](), Int.max)
    for found in judged.sorted(by: { ($0.seconds, $0.roughBytes) < ($1.seconds, $1.roughBytes) })
    where found.roughBytes < least && candidates.count < (planner.isOutOfTime() ? 0 : 12) {
      candidates.append(found)
      least = found.roughBytes
    }
    if let best, !candidates.contains(where: { $0.choice == best.choice }) {
      candidates.append(best)
    }
    var front: [StepPlan.Alternative] = []
    for candidate in candidates.sorted(by: { $0.seconds < $1.seconds }) {
      let bytes = try planner.memory(candidate.choice).max() ?? 0
      guard bytes < front.last?.bytes ?? .max else { continue }
      front.append(
        StepPlan.Alternative(choice: candidate.choice, seconds: candidate.seconds, bytes: bytes))
    }
    return front
  }
}

extension ScheduleCosts {
  /// The costs of microbatches of one size; messages between neighbours take a mean one's time.
  fileprivate init(_ costs: StepCosts, samples: Int) {
    let stages = costs.stages.map { stage in
      StageCosts(
        forward: stage.forward.seconds(samples: samples),
        inputGradient: stage.inputGradient.seconds(samples: samples),
        weightGradient: stage.weightGradient.seconds(samples: samples),
        stashBytes: stage.stashBytesPerSample * samples)
    }
    self.init(stages: stages, communication: costs.sameHost.latencySeconds)
  }
}
