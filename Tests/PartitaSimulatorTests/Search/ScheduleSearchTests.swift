import PartitaPlan
import PartitaSchedule
import PartitaSimulator
import TestSchedules
import Testing

/// A found schedule keeps the limit and law 2, is no longer than any named one that fits, and no
/// shorter than its bound.
@Suite struct ScheduleSearchTests {
  /// Seconds of F, I, W and of the way between ranks; the last as profiled in the zero-bubble
  /// paper.
  static let costs: [(f: Double, i: Double, w: Double, c: Double)] = [
    (1, 1, 1, 0), (2, 3, 1, 0.5), (1, 1, 3, 0), (18.522, 18.086, 9.337, 0.601),
  ]

  /// Against every pair of orders that two ranks can take with three microbatches.
  @Test(arguments: costs)
  func bestOfAll(_ cost: (f: Double, i: Double, w: Double, c: Double)) throws {
    let plan = try Plans.even([1, 1], groups: 1)
    let orders = (0..<2).map { self.orders(stage: $0, done: [0, 0, 0], of: 3) }
    #expect(orders.map(\.count) == [42, 42])
    var shortest: [Int: Double] = [:]
    for first in orders[0] {
      for second in orders[1] {
        let table = try ScheduleTable(
          plan: plan, microbatches: [0, 1, 2], ranks: [first, second])
        let run = EventSimulation(table, cost.f, cost.i, cost.w, communication: cost.c)
        guard run.isComplete else { continue }
        for limit in max(run.peak(0), run.peak(1))...3 {
          shortest[limit] = min(shortest[limit] ?? .infinity, run.makespan)
        }
      }
    }
    for limit in 1...3 {
      let found = try search(plan, 3, cost, limit: limit).best()
      let least = try #require(shortest[limit])
      #expect(abs(found.makespan - least) < 1e-9 * least, "limit \(limit)")
      #expect(found.lowerBound <= least * (1 + 1e-12))
    }
  }

  @Test(arguments: costs, 1...8)
  func fourRanks(_ cost: (f: Double, i: Double, w: Double, c: Double), limit: Int) throws {
    try check(try Plans.even([1, 1, 1, 1], groups: 1), 8, cost, limit: limit)
  }

  @Test(arguments: [StageOrder.looped, .vee], [2, 3, 5, 9])
  func chunks(_ stageOrder: StageOrder, limit: Int) throws {
    let plan = try Plans.even([1, 1, 1], virtual: 2, stageOrder: stageOrder, groups: 1)
    try check(plan, 7, (2, 3, 1, 0.5), limit: limit)
  }

  @Test(arguments: [[1, 3], [3, 1], [2, 1, 3]], [1, 2, 4, 8])
  func unequalReplicas(_ replicas: [Int], limit: Int) throws {
    try check(try Plans.even(replicas, groups: 4), 9, (2, 2, 1, 0.25), limit: limit)
  }

  /// Between the stash of ZB-H1 and that of ZB-H2 no named schedule makes use of the memory.
  @Test(arguments: [5, 6])
  func betweenNamedSchedules(limit: Int) throws {
    let plan = try Plans.even([1, 1, 1, 1], groups: 1)
    let found = try search(plan, 8, (18.522, 18.086, 9.337, 0.601), limit: limit).best()
    let named = try #require(found.bestNamedMakespan)
    #expect(found.bestNamed == "zb-h1")
    #expect(found.makespan < 0.98 * named)
  }

  /// As the first stage keeps one microbatch at a time, each waits for the one before to come back.
  @Test func oneMicrobatchAtATime() throws {
    let plan = try Plans.even([1, 1, 1, 1], groups: 1)
    let found = try search(plan, 8, (1, 1, 1, 0), limit: 1).best()
    #expect(found.makespan == 8 * 9 && found.lowerBound == 8 * 9)
    #expect(found.bestNamed == nil && found.bestNamedMakespan == nil)
  }

  @Test func optimaThatAreKnown() throws {
    // The last rank can't start before three F, and then has 24 slots to fill.
    let plan = try Plans.even([1, 1, 1, 1], groups: 1)
    let found = try search(plan, 8, (1, 1, 1, 0), limit: 4).best()
    #expect(found.makespan == 27 && found.lowerBound == 27 && found.bestNamed == "zb-h1")
    #expect(found.table == (try Plans.table(ZBH1(), ranks: 4, microbatches: 8)))
    let alone = try search(try Plans.even([1], groups: 1), 5, (2, 3, 4, 1), limit: 1).best()
    #expect(alone.makespan == 45 && alone.lowerBound == 45)
    let nothing = try search(plan, 0, (1, 1, 1, 0), limit: 1).best()
    #expect(nothing.makespan == 0 && nothing.table.ranks == [[], [], [], []])
  }

  /// Too small a limit is refused with the smallest that would do, which does.
  @Test func smallestLimit() throws {
    let plan = try Plans.even([1, 1], virtual: 2, groups: 1)
    let costs = ScheduleCosts(
      stages: [10, 20, 30, 45].map {
        StageCosts(forward: 1, inputGradient: 1, weightGradient: 1, stashBytes: $0)
      })
    #expect(throws: ScheduleError.memory(rank: 1, limit: 64, needed: 65)) {
      try ScheduleSearch(
        plan: plan, microbatches: [0, 1, 2], costs: costs, limit: 64, effort: 100_000
      ).best()
    }
    let found = try ScheduleSearch(
      plan: plan, microbatches: [0, 1, 2], costs: costs, limit: 65, effort: 100_000
    ).best()
    #expect(EventSimulation(found.table, 1, 1, 1).isComplete)
    for stages in [2, 6] {
      #expect(throws: ScheduleError.stages(count: 4, plan: stages)) {
        try ScheduleSearch(
          plan: try Plans.even(Array(repeating: 1, count: stages), groups: 1),
          microbatches: [0], costs: costs
        ).best()
      }
    }
  }

  /// The search compares itself with the schedules that it is given.
  @Test func otherCatalogues() throws {
    let plan = try Plans.even([1, 1], groups: 1)
    let costs = ScheduleCosts(
      stages: plan.stages.map { _ in
        StageCosts(forward: 1, inputGradient: 1, weightGradient: 1, stashBytes: 1)
      })
    func found(_ named: ScheduleCatalogue) throws -> ScheduleSearch.Found {
      try ScheduleSearch(
        plan: plan, microbatches: [0, 1, 2], costs: costs, effort: 1000, named: named
      ).best()
    }
    #expect(try found(ScheduleCatalogue()).bestNamed == nil)
    var gpipe = ScheduleCatalogue()
    try gpipe.add(GPipe())
    #expect(try found(gpipe).bestNamed == "gpipe")
    #expect(try found(.standard).bestNamed == "zb-h1")
  }

  // MARK: The rules

  private func search(
    _ plan: Plan, _ m: Int, _ cost: (f: Double, i: Double, w: Double, c: Double), limit: Int,
    effort: Int = 2_000_000
  ) -> ScheduleSearch {
    let stage = StageCosts(
      forward: cost.f, inputGradient: cost.i, weightGradient: cost.w, stashBytes: 1)
    return ScheduleSearch(
      plan: plan, microbatches: Array(0..<m),
      costs: ScheduleCosts(
        stages: plan.stages.map { _ in stage }, communication: cost.c), limit: limit, effort: effort
    )
  }

  private func check(
    _ plan: Plan, _ m: Int, _ cost: (f: Double, i: Double, w: Double, c: Double), limit: Int
  ) throws {
    func run(_ table: ScheduleTable) -> EventSimulation {
      EventSimulation(table, cost.f, cost.i, cost.w, communication: cost.c)
    }
    func fits(_ run: EventSimulation) -> Bool {
      plan.holdings.indices.allSatisfy { run.peak($0) <= limit }
    }
    // What has to hold does however short the search is.
    let search = search(plan, m, cost, limit: limit, effort: 200_000)
    let found = try search.best()
    let performed = run(found.table)
    #expect(performed.isComplete && fits(performed))
    #expect(performed.makespan == found.makespan)
    #expect(found.makespan >= found.lowerBound * (1 - 1e-12))
    let isSplit = found.table.ranks.joined().contains { $0.phase == .inputGradient }
    let phases: [Phase] =
      isSplit ? [.forward, .inputGradient, .weightGradient] : [.forward, .backward]
    #expect(found.table.problem(phases: phases) == nil)
    var best = Double.infinity
    for schedule in ScheduleCatalogue.standard.schedules where schedule.suits(plan) {
      let named = run(
        ScheduleTable(schedule, plan: plan, microbatches: Array(0..<m)))
      if fits(named) { best = min(best, named.makespan) }
    }
    #expect(found.makespan <= best && (found.bestNamedMakespan ?? .infinity) == best)
    #expect(try search.best() == found)
  }

  /// Every order in which a stage can take its microbatches, phase by phase ascending.
  private func orders(stage: Int, done: [Int], of count: Int) -> [[ComputeAction]] {
    if done == [count, count, count] { return [[]] }
    return [Phase.forward, .inputGradient, .weightGradient].enumerated().flatMap { place, phase in
      guard done[place] < (place == 0 ? count : done[place - 1]) else {
        return [[ComputeAction]]()
      }
      var next = done
      next[place] += 1
      let action = ComputeAction(stage: stage, phase, microbatch: done[place])
      return orders(stage: stage, done: next, of: count).map { [action] + $0 }
    }
  }
}
