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
  /// Those that didn't fit, with what none of their steps is below: of all that were judged where these
  /// are few, else of those that were faster than the best.
  var tooLarge: [(found: StepEvaluator.Judged, bound: Double)] = []
  /// Whether the memory of every plan is looked at.
  let looksAtAll: Bool
  /// Whether the search ended before its time.
  private(set) var isCutOff = false
  var isRecomputing = false
  private var seen: Set<StepChoice> = []
  /// Where a plan's ranks may lie.
  let orders: DeviceOrders
  /// Whether every plan is tried in all orders of its ranks as it comes; else the best ones are at the end.
  let triesOrders: Bool

  /// A search that has not begun, over so many plans.
  init(_ planner: StepPlanner, _ space: PlanSpace) {
    self.planner = planner
    evaluator = StepEvaluator(planner.problem)
    orders = DeviceOrders(planner.problem)
    looksAtAll =
      planner.memoryLimit != nil && space.isComplete && space.places.count <= Self.lookedAtMost
    triesOrders =
      orders.all.count == 1
      || space.isComplete && space.places.count * orders.all.count <= PlanSpace.listedAtMost
  }

  /// Looking at memory takes a compiler's milliseconds.
  private static let lookedAtMost = 200

  /// More ranks stay where they are: pairs that could change places grow with their square.
  private static let placedAtMost = 64

  /// Whether no order of ranks is left out.
  var hasAllOrders: Bool { orders.isComplete && triesOrders }

  var problem: StepProblem { planner.problem }

  /// Whether the search has to end; an answer comes first.
  mutating func hasToEnd() -> Bool {
    // Where nothing has fitted yet, half of the time is for making something fit.
    let isEmpty = best == nil && !isRecomputing
    guard best != nil || planner.memoryLimit != nil && !judged.isEmpty else { return false }
    let isOver = planner.isOutOfTime(isEmpty ? 0.5 : 1)
    isCutOff = isCutOff || isOver
    return isOver || evaluator.actions >= (isRecomputing ? 2 : 1) * planner.effort
  }

  /// Judges plans in order, until none of the rest can be faster than the best.
  mutating func judge(_ places: [(place: PlanSpace.Place, bound: Double)]) throws {
    for (place, bound) in places {
      if let best, bound > best.seconds { return }
      if hasToEnd() { return }
      try judge(place, bound)
    }
  }

  /// Judges a plan under every schedule that suits it.
  private mutating func judge(_ place: PlanSpace.Place, _ bound: Double) throws {
    let plan = try place.shape.plan(cuts: place.cuts, of: problem)
    for order in triesOrders ? orders.all : [orders.all[0]] {
      let placed = try plan.placed(on: order)
      for schedule in problem.schedules(for: place.shape) {
        try judge(StepChoice(plan: placed, order: .named(schedule.name)), bound)
      }
    }
  }

  /// Moves the ranks of the fastest plans to other devices while that makes them faster.
  mutating func place() throws {
    guard orders.matter, !triesOrders || !orders.isComplete, problem.ranks <= Self.placedAtMost
    else { return }
    let starts = judged.sorted { $0.seconds < $1.seconds }.prefix(4)
    for start in starts {
      guard case .named = start.choice.order else { continue }
      if orders.isComplete {
        for order in orders.all where !hasToEnd() {
          let plan = try start.choice.plan.placed(on: order)
          try judge(StepChoice(plan: plan, order: start.choice.order))
        }
        continue
      }
      var (current, seconds) = (Array(0..<problem.ranks), start.seconds)
      var isBetter = true
      while isBetter, !hasToEnd() {
        isBetter = false
        for order in orders.neighbours(of: current) where !hasToEnd() {
          let plan = try start.choice.plan.placed(on: order)
          let choice = StepChoice(plan: plan, order: start.choice.order)
          let count = judged.count
          try judge(choice)
          guard judged.count > count, judged[count].seconds < seconds else { continue }
          (current, seconds, isBetter) = (order, judged[count].seconds, true)
          break
        }
      }
    }
  }

  /// Judges a choice, and keeps it if it is the fastest that fits and can be performed.
  mutating func judge(_ choice: StepChoice, _ bound: Double = 0) throws {
    guard seen.insert(choice).inserted, let found = try evaluator.judge(choice) else { return }
    judged.append(found)
    // Of equally fast ones the smaller.
    let isBetter =
      best.map { ($0.seconds, $0.roughBytes) > (found.seconds, found.roughBytes) } ?? true
    guard isBetter || looksAtAll, let program = evaluator.program(choice)?.program,
      (try? Verifier.prove(program)) != nil
    else { return }
    if let limit = planner.memoryLimit {
      let isTooLarge = planner.needsRoughBytes && found.roughBytes > limit
      guard try !isTooLarge && planner.memory(choice).max() ?? 0 <= limit else {
        tooLarge.append((found, bound))
        return
      }
    }
    if isBetter { best = found }
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
    where found.roughBytes < least && candidates.count < (planner.isOutOfTime(1) ? 0 : 12) {
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
