import PartitaPlan
import PartitaSchedule
import PartitaSimulator
import PartitaStepPlanner

/// Every plan of a problem, tried one after the other: slow, and sure.
struct BruteForce {
  let problem: StepProblem
  /// The sets of layers that a plan may compute again where it doesn't fit; by default none.
  var recomputing: (Plan) -> [[Int]] = { _ in [] }
  /// Bytes that a rank may keep; nil for any.
  var limit: Int?

  /// Seconds of the fastest plan under a schedule; nil where none can be performed.
  func best(_ schedule: any Schedule) throws -> Double? { try all(schedule).min() }

  /// Seconds of every plan under a schedule.
  func all(_ schedule: any Schedule) throws -> [Double] {
    let stages = (1...problem.layers.names.count).filter {
      schedule.virtualStages.contains($0) && $0 <= 4
    }
    return try shapes(virtual: stages).flatMap { replicas, lengths in
      try seconds(schedule, replicas, lengths)
    }
  }

  /// All replicas of columns, and numbers of layers of the stages.
  private func shapes(virtual: [Int]) -> [(replicas: [Int], lengths: [Int])] {
    var found: [([Int], [Int])] = []
    for virtual in virtual {
      for columns in 1...problem.ranks where virtual == 1 || columns > 1 {
        for replicas in ways(problem.ranks, columns)
        where replicas.max() ?? 0 <= problem.gradientGroups {
          found += ways(problem.layers.names.count, columns * virtual).map { (replicas, $0) }
        }
      }
    }
    return found
  }

  /// Seconds of the fastest plan with so many stages on each column, its ranks running F and B in any
  /// order that can be performed.
  func bestOfAllOrders(virtual: [Int]) throws -> Double {
    var best = Double.infinity
    for order in [StageOrder.looped, .vee] {
      for (replicas, lengths) in shapes(virtual: virtual)
      where order == .looped || lengths.count > replicas.count {
        let plan = try plan(order, replicas, lengths, on: Array(0..<problem.ranks))
        for orders in product(plan.holdings.indices.map { Self.orders(of: $0, in: plan, problem) })
        {
          let table = try ScheduleTable(
            plan: plan, microbatches: Array(problem.microbatchSizes.indices), ranks: orders)
          if let found = try Self.prediction(table, problem) {
            best = min(best, found.makespanSeconds)
          }
        }
      }
    }
    return best
  }

  /// All lists with an element of each of some lists.
  private func product<Element>(_ lists: [[Element]]) -> [[Element]] {
    lists.reduce([[]]) { found, list in found.flatMap { one in list.map { one + [$0] } } }
  }

  /// All orders of a rank's F and B: each F before its B, and before that of a later stage; B the other
  /// way round, and those of a group ascending.
  private static func orders(
    of rank: Int, in plan: Plan, _ problem: StepProblem
  ) -> [[ComputeAction]] {
    let all = plan.holdings[rank].map(\.stage).flatMap { stage in
      problem.microbatchSizes.indices.filter {
        plan.rank(ofMicrobatch: $0, stage: stage) == rank
      }.flatMap { microbatch in
        [Phase.forward, .backward].map {
          ComputeAction(stage: stage, $0, microbatch: microbatch)
        }
      }
    }
    func comes(_ one: ComputeAction, before other: ComputeAction) -> Bool {
      let isSame = one.microbatch == other.microbatch
      switch (one.phase, other.phase) {
      case (.forward, .forward): return isSame && one.stage < other.stage
      case (.forward, .backward): return isSame && one.stage == other.stage
      case (.backward, .backward):
        let isGroup = one.microbatch % plan.gradientGroups == other.microbatch % plan.gradientGroups
        return isSame && one.stage > other.stage
          || one.stage == other.stage && isGroup && one.microbatch < other.microbatch
      default: return false
      }
    }
    func ways(_ rest: [ComputeAction]) -> [[ComputeAction]] {
      guard !rest.isEmpty else { return [[]] }
      return rest.filter { next in !rest.contains { comes($0, before: next) } }.flatMap { next in
        ways(rest.filter { $0 != next }).map { [next] + $0 }
      }
    }
    return ways(all)
  }

  /// A plan of some shape.
  private func plan(
    _ order: StageOrder, _ replicas: [Int], _ lengths: [Int], on devices: [Int],
    recomputed: [Int] = []
  ) throws -> Plan {
    var start = 0
    let ranks = order.ranks(stages: lengths.count, replicas: replicas)
    let stages = zip(lengths, ranks).map { length, ranks in
      defer { start += length }
      let layers = start..<start + length
      return Plan.Stage(
        layers: layers, ranks: ranks.map { devices[$0] },
        recomputed: recomputed.filter(layers.contains))
    }
    return try Plan(
      stages: stages, gradientGroups: problem.gradientGroups,
      shardsUpdate: problem.shardsUpdate, layerCount: problem.layers.names.count)
  }

  /// All lists of `count` positive numbers with this sum.
  private func ways(_ sum: Int, _ count: Int) -> [[Int]] {
    if count == 0 { return sum == 0 ? [[]] : [] }
    guard sum >= count else { return [] }
    return (1...sum).flatMap { first in ways(sum - first, count - 1).map { [first] + $0 } }
  }

  /// All orders of the ranks; one where all devices are alike.
  private var orders: [[Int]] {
    func permutations(_ items: [Int]) -> [[Int]] {
      guard !items.isEmpty else { return [[]] }
      return items.flatMap { first in
        permutations(items.filter { $0 != first }).map { [first] + $0 }
      }
    }
    let isUneven = (problem.cluster?.hosts ?? 1) > 1
    return isUneven ? permutations(Array(0..<problem.ranks)) : [Array(0..<problem.ranks)]
  }

  /// Seconds of the plans of one shape: of all orders of ranks and ways to recompute that fit.
  private func seconds(
    _ schedule: any Schedule, _ replicas: [Int], _ lengths: [Int]
  ) throws -> [Double] {
    func plan(_ order: [Int], _ recomputed: [Int]) throws -> Plan {
      try self.plan(schedule.stageOrder, replicas, lengths, on: order, recomputed: recomputed)
    }
    /// Seconds of a plan that fits; nil for one that doesn't, or can't be performed.
    func fitting(_ order: [Int], _ recomputed: [Int]) throws -> Double? {
      let choice = StepChoice(plan: try plan(order, recomputed), order: .named(schedule.name))
      guard let prediction = try Self.prediction(choice, problem) else { return nil }
      if let limit, Self.bytes(prediction).contains(where: { $0 > limit }) { return nil }
      return prediction.makespanSeconds
    }
    // Who fits keeps all.
    return try orders.flatMap { order in
      if let seconds = try fitting(order, []) { return [seconds] }
      return try recomputing(plan(order, [])).compactMap { try fitting(order, $0) }
    }
  }

  /// A choice performed on paper; nil where it can't be.
  static func prediction(_ choice: StepChoice, _ problem: StepProblem) throws -> Prediction? {
    guard case .named(let name) = choice.order, let schedule = problem.schedules[name] else {
      return nil
    }
    let microbatches = Array(problem.microbatchSizes.indices)
    return try prediction(
      ScheduleTable(schedule, plan: choice.plan, microbatches: microbatches), problem)
  }

  /// A table performed on paper; nil where it can't be.
  private static func prediction(
    _ table: ScheduleTable, _ problem: StepProblem
  ) throws -> Prediction? {
    let program = Program(
      try problem.layers.pipeline(of: table.plan), table, microbatchSizes: problem.microbatchSizes)
    guard (try? Verifier.prove(program)) != nil else { return nil }
    let costs = try StepCosts(problem.profile, for: program, on: problem.cluster)
    return (try? Simulation(program, costs))?.prediction
  }

  /// What ranks keep at most, as the simulator has it: a memory that recomputing saves.
  static func bytes(_ prediction: Prediction) -> [Int] {
    prediction.ranks.map(\.peakStashBytes)
  }
}
