public import PartitaPlan
public import PartitaSchedule

/// Looks for the shortest schedule whose stash stays within a limit on every rank.
///
/// Starts from the named schedules that fit, builds more by list scheduling under many rules, and
/// improves the best by small moves; always the same for the same question. What it finds is never
/// longer than the best named schedule that fits, and comes with a bound on what could be.
public struct ScheduleSearch: Sendable {
  /// What a search found.
  public struct Found: Hashable, Sendable {
    /// The schedule.
    public let table: ScheduleTable
    /// Its length in seconds, from the first start to the last end.
    public let makespan: Double
    /// No schedule within the limit is shorter.
    public let lowerBound: Double
    /// The name of the best named schedule that fits the plan and the limit; nil if none does.
    public let bestNamed: String?
    /// Its length in seconds.
    public let bestNamedMakespan: Double?
  }

  private let plan: Plan
  private let microbatches: [Int]
  private let costs: ScheduleCosts
  private let limit, effort: Int
  private let named: ScheduleCatalogue

  /// Describes what to look for.
  /// - Parameters:
  ///   - plan: who holds which stages.
  ///   - microbatches: those that have samples, ascending.
  ///   - costs: what each stage costs.
  ///   - limit: bytes that a rank may keep between F and B or W.
  ///   - effort: how many actions are performed on paper while improving; the default takes about
  ///     a second, whatever the size of the program.
  ///   - named: the schedules that the answer must not be longer than.
  public init(
    plan: Plan, microbatches: [Int], costs: ScheduleCosts, limit: Int = .max,
    effort: Int = 100_000_000, named: ScheduleCatalogue = .standard
  ) {
    self.plan = plan
    self.microbatches = microbatches
    self.costs = costs
    self.limit = limit
    self.effort = effort
    self.named = named
  }

  /// The best schedule.
  ///
  /// Complexity: O(rules · actions · ranks + effort).
  /// - Throws: `ScheduleError.memory` where one microbatch of each of a rank's stages is too much,
  ///   `.stages` where there are not as many costs as stages.
  public func best() throws(ScheduleError) -> Found {
    guard costs.stages.count == plan.stages.count else {
      throw .stages(count: costs.stages.count, plan: plan.stages.count)
    }
    let problem = SchedulingProblem(plan, microbatches: microbatches, costs: costs, limit: limit)
    // When a microbatch turns back at the last stage, all stages that it has passed keep it.
    let needs = problem.shares.map { $0.reduce(0) { $0 + $1.bytes } }
    if let rank = needs.firstIndex(where: { $0 > limit }) {
      throw .memory(rank: rank, limit: limit, needed: needs.max() ?? 0)
    }

    var run = PricedRun(problem)
    let bound = problem.lowerBound
    var named: (name: String, table: ScheduleTable, length: PricedRun.Length)?
    for schedule in self.named.schedules where schedule.suits(plan) {
      let table = ScheduleTable(schedule, plan: plan, microbatches: microbatches)
      guard table.ranks.allSatisfy(problem.fits), let length = run.length(table.ranks) else {
        continue
      }
      if named.map({ length.makespan < $0.length.makespan }) ?? true {
        named = (schedule.name, table, length)
      }
    }

    var starts: [(orders: [[ComputeAction]], length: PricedRun.Length)] = []
    func keep(_ orders: [[ComputeAction]]) {
      let orders = ScheduleTable.recomputing(orders, plan: plan)
      if let length = run.length(orders) { starts.append((orders, length)) }
    }
    if let named { keep(Self.split(named.table.ranks)) }
    for rule in rules { if let orders = ListScheduling.orders(problem, rule) { keep(orders) } }
    starts.sort { $0.length < $1.length }

    let actions = starts.first?.orders.reduce(0) { $0 + $1.count } ?? 0
    let tries = effort / max(actions, 1) / 3
    var improvement = LocalImprovement(problem)
    var best: (orders: [[ComputeAction]], length: PricedRun.Length)?
    for start in starts.prefix(3) {
      let orders = improvement.improve(start.orders, tries: tries, bound: bound)
      guard let length = run.length(orders) else { continue }
      if best.map({ length < $0.length }) ?? true { best = (orders, length) }
    }

    // A published schedule is the better answer where it is as good.
    if let named, best.map({ named.length.makespan <= $0.length.makespan }) ?? true {
      best = (named.table.ranks, named.length)
    }
    return Found(
      table: try ScheduleTable(
        plan: plan, microbatches: microbatches,
        ranks: best?.orders ?? plan.holdings.map { _ in [] }),
      makespan: best?.length.makespan ?? 0, lowerBound: bound, bestNamed: named?.name,
      bestNamedMakespan: named?.length.makespan)
  }

  /// All rules that are tried; the first limits F by memory alone, so it never gets stuck.
  private var rules: [ListScheduling.Rule] {
    let seats = ScheduleTable.seats(plan, microbatches: microbatches)
    let ahead: [[Int]?] = [
      nil,
      seats.map { $0.behind + 1 + ($0.stages.count - 1) * $0.round },
      seats.map { 2 * $0.behind + 1 + ($0.stages.count - 1) * $0.round },
    ]
    var rules: [ListScheduling.Rule] = []
    for ahead in ahead {
      for patience in [0, 0.25, 0.5, 0.75, 1, 2] {
        for prefersForward in [false, true] {
          for prefersDeep in [false, true] {
            rules.append(
              ListScheduling.Rule(
                prefersForward: prefersForward, prefersDeep: prefersDeep, patience: patience,
                ahead: ahead))
          }
        }
      }
    }
    return rules
  }

  /// The same with I and W for each B, which takes no longer and can be improved further.
  private static func split(_ orders: [[ComputeAction]]) -> [[ComputeAction]] {
    orders.map { order in
      order.flatMap { action in
        action.phase != .backward
          ? [action]
          : [Phase.inputGradient, .weightGradient].map {
            ComputeAction(stage: action.stage, $0, microbatch: action.microbatch)
          }
      }
    }
  }
}
