import PartitaPlan
import PartitaSchedule
import TestSchedules
import Testing

/// Every schedule on every small pipeline: complete, in law 2's order, and never waiting for ever.
@Suite struct ScheduleTests {
  /// Law 2: every stage takes its microbatches in ascending order; and the seats' orders as they
  /// stand go to the end, without being untangled.
  @Test(arguments: ScheduleCatalogue.standard.schedules)
  func equalReplicas(_ schedule: any Schedule) throws {
    var count = 0
    for p in 1...8 {
      for v in schedule.virtualStages(upTo: 4) {
        for m in 0...20 {
          let table = try Plans.table(schedule, ranks: p, microbatches: m, virtual: v)
          check(table, schedule)
          let seats = ScheduleTable.seats(table.plan, microbatches: table.microbatches)
          if seats.map(schedule.actions) != table.ranks {
            Issue.record("\(schedule) \(p) \(v) \(m) was untangled")
          }
          count += 1
        }
      }
    }
    #expect(count >= 8 * 21)
  }

  /// Law 2 and no deadlock where stages have different numbers of replicas, and the microbatches of
  /// a rank come in lumps: three replicas share four groups.
  @Test(arguments: ScheduleCatalogue.standard.schedules, [4, 8, 16])
  func unequalReplicas(_ schedule: any Schedule, groups: Int) throws {
    var count = 0
    for replicas in (1...4).flatMap({ Plans.tuples($0, upTo: 3) }) {
      for v in schedule.virtualStages(upTo: 2) {
        let plan = try Plans.even(
          replicas, virtual: v, stageOrder: schedule.stageOrder, groups: groups)
        for m in 1...12 {
          check(
            ScheduleTable(schedule, plan: plan, microbatches: Array(0..<m)), schedule)
          count += 1
        }
      }
    }
    #expect(count >= 120 * 12)
  }

  /// Evaluation goes to the end wherever the stages lie.
  @Test(arguments: [StageOrder.looped, .vee], 1...4)
  func forwardOnly(_ stageOrder: StageOrder, v: Int) throws {
    for replicas in (1...4).flatMap({ Plans.tuples($0, upTo: 3) }) {
      let plan = try Plans.even(replicas, virtual: v, stageOrder: stageOrder, groups: 4)
      for m in [1, 3, 8, 11] {
        let table = ScheduleTable(ForwardOnly(), plan: plan, microbatches: Array(0..<m))
        check(table, nil)
        if Set(replicas).count == 1 {
          let seats = ScheduleTable.seats(plan, microbatches: table.microbatches)
          #expect(seats.map(ForwardOnly().actions) == table.ranks)
        }
      }
    }
  }

  /// A round of evaluation is over before the next begins, so nobody keeps more than a round's
  /// values.
  @Test func roundsOfEvaluation() throws {
    let plan = try Plans.even([1, 1], virtual: 2, groups: 1)
    let table = ScheduleTable(ForwardOnly(), plan: plan, microbatches: [0, 1, 2])
    #expect(words(table.ranks[0]) == "0F0 0F1 2F0 2F1 0F2 2F2")
    #expect(words(table.ranks[1]) == "1F0 1F1 3F0 3F1 1F2 3F2")
  }

  /// A ragged batch leaves some microbatches without samples.
  @Test(arguments: ScheduleCatalogue.standard.schedules)
  func missingMicrobatches(_ schedule: any Schedule) throws {
    for v in schedule.virtualStages(upTo: 2) {
      let plan = try Plans.even(
        [2, 2, 2], virtual: v, stageOrder: schedule.stageOrder, groups: 4)
      check(ScheduleTable(schedule, plan: plan, microbatches: [0, 1, 4, 5, 8]), schedule)
    }
  }

  /// A schedule on stages that lie otherwise than it wants.
  @Test func otherStageOrders() throws {
    for stageOrder in [StageOrder.looped, .vee] {
      for schedule in ScheduleCatalogue.standard.schedules where schedule.virtualStages.contains(2)
      {
        let plan = try Plans.even([1, 1, 1], virtual: 2, stageOrder: stageOrder, groups: 1)
        check(ScheduleTable(schedule, plan: plan, microbatches: Array(0..<7)), schedule)
      }
    }
  }

  @Test func byHand() {
    func words(_ schedule: any Schedule, _ column: Int, of columns: Int, _ stages: [Int], _ m: Int)
      -> String
    {
      self.words(
        schedule.actions(
          at: Seat(
            column: column, columns: columns, stages: stages, microbatches: Array(0..<m),
            behind: columns - 1 - column, before: column)))
    }
    let simple = OneForwardOneBackward()
    #expect(words(simple, 0, of: 3, [0], 4) == "0F0 0F1 0F2 0B0 0F3 0B1 0B2 0B3")
    #expect(words(simple, 1, of: 3, [1], 4) == "1F0 1F1 1B0 1F2 1B1 1F3 1B2 1B3")
    #expect(words(simple, 2, of: 3, [2], 2) == "2F0 2B0 2F1 2B1")
    #expect(words(ZBH1(), 0, of: 2, [0], 3) == "0F0 0F1 0I0 0W0 0F2 0I1 0W1 0I2 0W2")
    #expect(words(ZBH1(), 1, of: 2, [1], 3) == "1F0 1I0 1F1 1I1 1W0 1F2 1I2 1W1 1W2")
    #expect(words(ZBH2(), 1, of: 2, [1], 2) == "1F0 1I0 1F1 1I1 1W0 1W1")
    #expect(
      words(InterleavedOneForwardOneBackward(), 1, of: 2, [1, 3], 2)
        == "1F0 1F1 3F0 3B0 3F1 3B1 1B0 1B1")
    #expect(words(LoopedBFS(), 0, of: 2, [0, 2], 2) == "0F0 0F1 2F0 2F1 2B0 2B1 0B0 0B1")
    #expect(
      words(ZBV(), 0, of: 1, [0, 1], 2) == "0F0 1F0 1I0 1W0 0F1 0I0 0W0 1F1 1I1 1W1 0I1 0W1")
  }

  // MARK: The rules

  private func words(_ actions: [ComputeAction]) -> String {
    actions.map(\.description).joined(separator: " ")
  }

  /// Complete, in order, and to the end; forward alone where there is no schedule.
  private func check(_ table: ScheduleTable, _ schedule: (any Schedule)?) {
    let phases: [Phase] =
      switch schedule {
      case nil: [.forward]
      case is ZBH1, is ZBH2, is ZBV: [.forward, .inputGradient, .weightGradient]
      case _: [.forward, .backward]
      }
    if let problem = table.problem(phases: phases) { Issue.record("\(problem)") }
  }
}
