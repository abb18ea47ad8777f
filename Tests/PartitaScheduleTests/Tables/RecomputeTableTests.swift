import Foundation
import PartitaPlan
import PartitaSchedule
import TestFiles
import TestModels
import TestSchedules
import Testing

/// R in tables, grids and files.
@Suite struct RecomputeTableTests {
  private func plan(_ replicas: [Int], recomputed: Set<Int>, groups: Int = 1) throws -> Plan {
    try Plans.even(replicas, groups: groups, recomputed: recomputed)
  }

  /// Right before B or I, of the stages that recompute and of no other.
  @Test(arguments: ScheduleCatalogue.standard.schedules)
  func everyScheduleGetsIt(_ schedule: any Schedule) throws {
    for virtual in schedule.virtualStages(upTo: 2) {
      for order in [GradientOrder.ascending, .descending] {
        let recomputed: Set<Int> = [0, 2]
        let plan = try Plans.even(
          [1, 1, 1], virtual: virtual, stageOrder: schedule.stageOrder, groups: 1, order: order,
          recomputed: recomputed)
        let table = ScheduleTable(schedule, plan: plan, microbatches: Array(0..<6))
        try table.checkComplete()
        for actions in table.ranks {
          for (place, action) in actions.enumerated() {
            let next = place + 1 < actions.count ? actions[place + 1] : nil
            if action.phase == .recompute {
              #expect(recomputed.contains(action.stage))
              #expect(next?.phase.sendsGradients == true && next?.stage == action.stage)
              #expect(next?.microbatch == action.microbatch)
            }
          }
        }
        let without = try Plans.even(
          [1, 1, 1], virtual: virtual, stageOrder: schedule.stageOrder, groups: 1, order: order)
        #expect(
          ScheduleTable(schedule, plan: without, microbatches: Array(0..<6)).ranks
            == table.ranks.map { $0.filter { $0.phase != .recompute } })
      }
    }
  }

  /// Whatever the schedule, the replicas and the layers that are recomputed, what comes of it is
  /// proved, and no slot for recomputed values is left over.
  @Test(arguments: ScheduleCatalogue.standard.schedules, [TestModel.mlp, .skip, .tiedGPT])
  func everyPlanIsProved(_ schedule: any Schedule, _ model: TestModel) throws {
    let graph = try model.training()
    let count = model.layers.count
    var proved = 0
    for replicas in [[1], [1, 1], [2, 1], [1, 3], [1, 2, 1]] {
      for virtual in schedule.virtualStages(upTo: 2) where virtual * replicas.count <= count {
        for (order, recomputed) in [
          (GradientOrder.ascending, Set(0..<count)), (.descending, Set(0..<count)),
          (.ascending, Set(stride(from: 1, to: count, by: 2))), (.ascending, [count - 1]),
        ] {
          let plan = try VerifierCase.plan(
            replicas, layers: count, stageOrder: schedule.stageOrder, virtual: virtual,
            order: order, recomputed: recomputed)
          let program = VerifierCase.program(
            try VerifierCase.pipeline(graph, plan), plan, schedule, [2, 0, 2, 2, 1, 1])
          do throws(ProgramFault) { try Verifier.prove(program) } catch {
            Issue.record("\(plan)\n\(error.explanation(program))")
          }
          for rank in program.ranks {
            let actions = rank.computeActions.count { $0.phase == .recompute }
            let slots = rank.buffers.map(\.recomputed.count).max() ?? 0
            #expect(slots <= actions && (slots > 0) == (actions > 0))
          }
          proved += 1
        }
      }
    }
    #expect(proved > 10)
  }

  @Test func theGridAndTheProgram() throws {
    let table = ScheduleTable(
      OneForwardOneBackward(), plan: try plan([1, 1, 1], recomputed: [0, 1]),
      microbatches: Array(0..<4))
    let program = Program(.chain(stages: 3), table, microbatchSizes: [1, 1, 1, 1])
    try Verifier.prove(program)
    try Golden.check(
      table.grid + "\n\n" + table.csv + "\n" + program.listing + "\n", "recompute-3-1f1b.txt")
  }

  /// What is written is read again; a table without R gets it, one with R keeps its places.
  @Test func tablesOfOthers() throws {
    let plan = try plan([1, 1], recomputed: [0])
    let table = ScheduleTable(GPipe(), plan: plan, microbatches: [0, 1])
    #expect(try ScheduleCSV(table.csv).table(plan: plan) == table)

    let without = try ScheduleCSV("0F0,0F1,0B0,0B1\n1F0,1F1,1B0,1B1").table(plan: plan)
    #expect(throws: ScheduleError.self) { try without.checkComplete() }
    #expect(without.recomputing() == table)
    let early = try ScheduleCSV("0F0,0F1,0R0,0R1,0B0,0B1\n1F0,1F1,1B0,1B1").table(plan: plan)
    #expect(early.recomputing() == early)
    try early.checkComplete()
    let program = Program(.chain(stages: 2), early, microbatchSizes: [1, 1])
    try Verifier.prove(program)
    #expect(program.ranks[0].buffers[0].recomputed.count == 2)
  }

  @Test(
    arguments: [
      ("0F0,0R0,0B0,0F1,0B1\n1F0,1B0,1F1,1B1", "row 1 has no 0R1: "),
      (
        "0F0,0R0,0R0,0B0,0F1,0R1,0B1\n1F0,1B0,1F1,1B1",
        "row 1 has 0R0 and has done that work before: "
      ),
      (
        "0F0,0R0,0B0,0F1,0R1,0B1\n1F0,1R0,1B0,1F1,1B1",
        "row 2 has 1R0, and stage 1 keeps all that it makes: "
      ),
    ])
  func incomplete(_ text: String, _ words: String) throws {
    let table = try ScheduleCSV(text).table(plan: try plan([1, 1], recomputed: [0])).recomputing()
    let error = #expect(throws: ScheduleError.self) { try table.checkComplete() }
    #expect(error?.description.hasPrefix(words) == true, "\(String(describing: error))")
  }

  // MARK: The proof

  /// A chain of two stages, the first of which recomputes, with rank 0's actions changed.
  private func fault(_ change: (inout [Action]) throws -> Void) throws -> ProgramFault? {
    let table = ScheduleTable(
      OneForwardOneBackward(), plan: try plan([1, 1], recomputed: [0]), microbatches: [0, 1, 2])
    let program = Program(.chain(stages: 2), table, microbatchSizes: [1, 1, 1])
    try Verifier.prove(program)
    var ranks = program.ranks
    var actions = ranks[0].actions
    try change(&actions)
    ranks[0] = RankProgram(
      holdings: ranks[0].holdings, actions: actions, buffers: ranks[0].buffers)
    let mutant = Program(
      plan: program.plan, pipeline: program.pipeline, microbatchSizes: program.microbatchSizes,
      messages: program.messages, ranks: ranks, reductions: program.reductions)
    do throws(ProgramFault) { try Verifier.prove(mutant) } catch { return error }
    return nil
  }

  private func index(_ word: String, of actions: [Action]) throws -> Int {
    try #require(actions.firstIndex { $0.description == word }, "\(word) of \(actions)")
  }

  @Test func withoutRNoB() throws {
    let fault = try fault { $0.remove(at: try index("0R1", of: $0)) }
    #expect(fault?.rule == .order && fault?.problem == "0B1 comes after F")
    #expect(fault?.remedy == "F, R, then B, or F, R, I, W")
  }

  @Test func rBeforeF() throws {
    let fault = try fault { actions in
      let action = actions.remove(at: try index("0R0", of: actions))
      actions.insert(action, at: try index("0F0", of: actions))
    }
    #expect(fault?.rule == .order && fault?.problem == "0R0 comes after nothing")
  }

  @Test func rAfterB() throws {
    let fault = try fault { actions in
      let action = actions.remove(at: try index("0R0", of: actions))
      actions.insert(action, at: try index("0B0", of: actions) + 1)
    }
    #expect(fault?.rule == .order && fault?.problem == "0B0 comes after F")
  }

  @Test func rTwice() throws {
    let fault = try fault { actions in
      let place = try index("0R0", of: actions)
      actions.insert(actions[place], at: place)
    }
    #expect(fault?.rule == .cover && fault?.problem == "0R0 comes after F, R")
  }

  /// Two microbatches' R at once need two slots, and there is one.
  @Test func rTakesASlotThatIsNeeded() throws {
    let fault = try fault { actions in
      let action = actions.remove(at: try index("0R1", of: actions))
      actions.insert(action, at: try index("0B0", of: actions))
    }
    #expect(fault?.rule == .slot)
    #expect(
      fault?.problem
        == "0R1 takes the slot for what is recomputed of microbatch 0, which still needs it")
  }

  @Test func onlyStagesThatRecomputeHaveR() throws {
    let table = try ScheduleTable(
      plan: plan([1], recomputed: []), microbatches: [0],
      ranks: [
        [
          .init(stage: 0, .forward, microbatch: 0), .init(stage: 0, .recompute, microbatch: 0),
          .init(stage: 0, .backward, microbatch: 0),
        ]
      ])
    let program = Program(.chain(stages: 1), table, microbatchSizes: [1])
    let fault = #expect(throws: ProgramFault.self) { try Verifier.prove(program) }
    #expect(fault?.rule == .cover && fault?.problem == "0R0 computes again what stage 0 keeps")
  }

  /// Stages of a rank use one another's slots; a delayed W keeps more of them.
  @Test func slots() throws {
    func counts(_ schedule: any Schedule, virtual: Int = 1) throws -> [[Int]] {
      let stages = 2 * virtual
      let plan = try Plans.even(
        [1, 1], virtual: virtual, stageOrder: schedule.stageOrder, groups: 1,
        recomputed: Set(0..<stages))
      let table = ScheduleTable(schedule, plan: plan, microbatches: Array(0..<6))
      let program = Program(
        .chain(stages: stages), table, microbatchSizes: Array(repeating: 1, count: 6))
      try Verifier.prove(program)
      return program.ranks.map { $0.buffers.map(\.recomputed.count) }
    }
    #expect(try counts(GPipe()) == [[1], [1]])
    #expect(try counts(InterleavedOneForwardOneBackward(), virtual: 2) == [[1, 1], [1, 1]])
    #expect(try counts(ZBH1()) == [[1], [2]])
  }

  /// A program's file keeps the slots, and says nothing of them where there are none.
  @Test(arguments: [TestModel.mlp, .tiedGPT], [Set<Int>(), [1, 2, 3]])
  func programsAreReadBack(_ model: TestModel, _ recomputed: Set<Int>) throws {
    let plan = try VerifierCase.plan(
      [1, 2], layers: model.layers.count, virtual: 2, recomputed: recomputed)
    let program = VerifierCase.program(
      try VerifierCase.pipeline(model, plan), plan, InterleavedOneForwardOneBackward(), [2, 2, 1])
    let text = try ProgramText.text(program)
    #expect(text.contains("recomput") == !recomputed.isEmpty)
    let read = try JSONDecoder().decode(Program.self, from: Data(text.utf8))
    #expect(read == program)
    try Verifier.prove(read)
  }

  /// Slots, shares and layers that can't be are refused with their place.
  @Test(
    arguments: [
      (
        #""recomputed":[0,0]"#, #""recomputed":[0,2]"#,
        "rank 0, slots of stage 0, recomputed: slots are -1 to 1"
      ),
      (
        #""recomputed":[0,0]"#, #""recomputed":[0]"#,
        "rank 0, slots of stage 0, recomputed: there are 1, and there are 2 microbatches"
      ),
    ])
  func filesThatCantBe(_ old: String, _ new: String, _ words: String) throws {
    let program = try Plans.program(
      OneForwardOneBackward(), replicas: [1, 1], sizes: [1, 1], recomputed: [0, 1])
    let error = #expect(throws: ProgramFileError.self) {
      _ = try ProgramText.edited(program, old, new)
    }
    #expect(error?.description == words)
    // The plan checks its own.
    #expect(throws: PlanError.self) {
      _ = try ProgramText.edited(program, #""recomputed":[1]"#, #""recomputed":[0]"#)
    }
  }

  @Test(arguments: [#""shares":[2,"#, #""shares":[0.5,0.5,"#, #""shares":[-1,"#])
  func sharesThatCantBe(_ shares: String) throws {
    let plan = try VerifierCase.plan([1, 1], layers: 4, recomputed: [0, 1, 2, 3])
    let program = VerifierCase.program(
      try VerifierCase.pipeline(.mlp, plan), plan, GPipe(), [1, 1])
    let error = #expect(throws: ProgramFileError.self) {
      _ = try ProgramText.edited(program, #""shares":["#, shares)
    }
    #expect(error?.place == "pipeline, recomputation")
  }
}
