import PartitaGraph
import PartitaPlan
import PartitaSchedule
import TestModels
import TestSchedules
import Testing

/// What is refused, by which rule, at which action, and what people are told.
@Suite struct VerifierTests {
  /// A program whose ranks' actions have been changed.
  private func changed(
    _ program: Program, _ rank: Int, _ change: (inout [Action]) throws -> Void
  ) rethrows -> Program {
    var ranks = program.ranks
    var actions = ranks[rank].actions
    try change(&actions)
    ranks[rank] = RankProgram(
      holdings: ranks[rank].holdings, actions: actions, buffers: ranks[rank].buffers)
    return Program(
      plan: program.plan, pipeline: program.pipeline, microbatchSizes: program.microbatchSizes,
      messages: program.messages, ranks: ranks, reductions: program.reductions)
  }

  private func fault(_ program: Program) throws -> ProgramFault {
    do throws(ProgramFault) {
      try Verifier.prove(program)
    } catch {
      return error
    }
    Issue.record("accepted:\n\(program.listing)")
    throw CancellationError()
  }

  private func index(_ word: String, of actions: [Action]) throws -> Int {
    try #require(actions.firstIndex { $0.description == word }, "\(word) of \(actions)")
  }

  private func chain(_ stages: Int, _ microbatches: Int) throws -> Program {
    let plan = try VerifierCase.plan(
      Array(repeating: 1, count: stages), layers: stages, groups: 1)
    return VerifierCase.program(
      .chain(stages: stages), plan, OneForwardOneBackward(),
      Array(repeating: 1, count: microbatches))
  }

  /// Three stages with tied edges, two replicas in the middle.
  private func tied() throws -> Program {
    let model = TestModel.tiedLinear
    let plan = try VerifierCase.plan([1, 2, 1], layers: model.layers.count, groups: 2)
    return VerifierCase.program(
      try VerifierCase.pipeline(model, plan), plan, OneForwardOneBackward(),
      Array(repeating: 1, count: 8))
  }

  /// A rank, and the action before which another is put, moved from where it stood.
  struct Move: CustomTestStringConvertible {
    let rank: Int
    let action: String
    let target: String
    let rule: ProgramFault.Rule
    var testDescription: String { "\(action) to \(target)" }
  }

  static let moves = [
    Move(rank: 1, action: "1B0", target: "1F0", rule: .order),
    Move(rank: 1, action: "1RECV_F4<0", target: "1SEND_F4>2", rule: .order),
    Move(rank: 1, action: "1F2", target: "1F0", rule: .fold),
    Move(rank: 1, action: "1SEND_F0>2", target: "1F0", rule: .order),
    Move(rank: 1, action: "1SEND_F0>2", target: "1REDUCE0", rule: .slot),
    Move(rank: 1, action: "1SEND_B0>0", target: "1REDUCE0", rule: .slot),
    Move(rank: 1, action: "1RECV_F6<0", target: "1F0", rule: .slot),
    Move(rank: 1, action: "1REDUCE0", target: "1B6", rule: .reduction),
    Move(rank: 1, action: "1COMBINE0", target: "1REDUCE0", rule: .reduction),
    Move(rank: 1, action: "1UPDATE", target: "1COMBINE0", rule: .reduction),
    Move(rank: 1, action: "1SEND_TIED_GRAD>0", target: "1COMBINE0", rule: .reduction),
    Move(rank: 1, action: "1SEND_TIED_GRAD>0", target: "EXCHANGE", rule: .reduction),
    Move(rank: 1, action: "EXCHANGE", target: "1B6", rule: .stepEnd),
    Move(rank: 1, action: "EXCHANGE", target: "1UPDATE", rule: .stepEnd),
    Move(rank: 1, action: "1FINISH", target: "EXCHANGE", rule: .stepEnd),
    Move(rank: 0, action: "0SEND_TIED_WEIGHT>1", target: "0FINISH", rule: .order),
    Move(rank: 1, action: "1RECV_TIED_WEIGHT<0", target: "1F0", rule: .order),
    Move(rank: 0, action: "0RECV_TIED_GRAD<1", target: "EXCHANGE", rule: .reduction),
  ]

  @Test(arguments: moves)
  func misplacedActions(_ move: Move) throws {
    let program = try tied()
    let mutant = try changed(program, move.rank) { actions in
      let action = actions.remove(at: try index(move.action, of: actions))
      actions.insert(action, at: try index(move.target, of: actions))
    }
    let fault = try fault(mutant)
    #expect(fault.rule == move.rule, "\(fault)")
    #expect(fault.rank == move.rank)
    let actions = mutant.ranks[move.rank].actions
    #expect(fault.action.map { $0 <= actions.count } == true)
    #expect(!fault.problem.isEmpty && !fault.remedy.isEmpty)
  }

  /// Law 2: a group is folded in the plan's order, and forward always from the lowest.
  @Test(
    arguments: [
      (GradientOrder.ascending, ["0B0", "0B1"], "0B0 comes after microbatch 1", "ascending"),
      (.descending, ["0B1", "0B0"], "0B1 comes after microbatch 0", "descending"),
      (.descending, ["0F0", "0F1"], "0F0 comes after microbatch 1", "ascending"),
    ])
  func foldsInThePlansOrder(
    _ order: GradientOrder, _ pair: [String], _ problem: String, _ remedy: String
  ) throws {
    let plan = try VerifierCase.plan([1], layers: 1, groups: 1, order: order)
    let program = VerifierCase.program(.chain(stages: 1), plan, GPipe(), [1, 1])
    try Verifier.prove(program)
    let mutant = try changed(program, 0) { actions in
      actions.swapAt(try index(pair[0], of: actions), try index(pair[1], of: actions))
    }
    let fault = try fault(mutant)
    #expect(fault.rule == .fold)
    #expect(fault.problem == problem + " of the same gradient group")
    #expect(
      fault.remedy == "a group's microbatches in \(remedy) order, or sums have other bits")
  }

  /// Law 7: nothing may be left out, and nothing done twice.
  @Test func missingAndDoubleActions() throws {
    let program = try tied()
    for rank in program.ranks.indices {
      for index in program.ranks[rank].actions.indices {
        _ = try fault(changed(program, rank) { $0.remove(at: index) })
        _ = try fault(
          changed(program, rank) { $0.insert(program.ranks[rank].actions[index], at: index) })
      }
    }
  }

  /// Two ranks that each wait for what the other does next.
  @Test func theShortestCycleOfADeadlock() throws {
    let program = try chain(3, 4)
    let stuck = try changed(program, 0) { actions in
      // Rank 0 wants the gradient of microbatch 0 before it sends microbatch 1, and rank 1 wants
      // microbatch 1 first.
      let late = actions.remove(at: try index("0SEND_F1>1", of: actions))
      actions.insert(late, at: try index("0B0", of: actions) + 1)
    }
    let fault = try fault(stuck)
    #expect(fault.rule == .deadlock)
    #expect(fault.cycle.map(\.rank) == [0, 1])
    #expect(
      fault.problem == """
        rank 0, at 0B0, waits for the gradient "gradient" of microbatch 0 from stage 1 to stage 0 \
        from rank 1, which, at 1F1, waits for the activation "output" of microbatch 1 from stage \
        0 to stage 1 from rank 0
        """)
    let text = fault.explanation(stuck)
    #expect(text.hasPrefix("rank 0, at 0B0, waits"))
    #expect(text.contains(">0B0<") && text.contains(">1F1<"))
    #expect(text.split(separator: "\n").count == 4)
  }

  /// What only buffers would save is refused: a message layer need not have any.
  @Test func sendersWaitForTheirReceivers() throws {
    let plan = try VerifierCase.plan([1, 1], layers: 2)
    func actions(_ stage: Int, _ microbatches: [Int]) -> [ComputeAction] {
      microbatches.map { ComputeAction(stage: stage, .forward, microbatch: $0) }
    }
    let table = try ScheduleTable(
      plan: plan, microbatches: [0, 1, 2], ranks: [actions(0, [0, 1, 2]), actions(1, [2, 0, 1])])
    let program = Program(
      .chain(stages: 2, isTraining: false), table, microbatchSizes: [1, 1, 1])
    try Verifier.prove(program)
    // Rank 0 wants the slot of microbatch 0 back, which rank 1 receives only after microbatch 2.
    let mutant = try changed(program, 1) { actions in
      let late = actions.remove(at: try index("1RECV_F0<0", of: actions))
      actions.insert(late, at: try index("1F0", of: actions))
    }
    let serial = SerialStep(program)
    #expect(Performer.problem(mutant, serial, .eager, seed: 1) == nil)
    #expect(Performer.problem(mutant, serial, .rendezvous, seed: 1) != nil)
    let fault = try fault(mutant)
    #expect(fault.rule == .deadlock)
    #expect(
      fault.problem == """
        rank 0, at 0F2, waits for rank 1 to receive the activation "output" of microbatch 0 from \
        stage 0 to stage 1, which, at 1F2, waits for the activation "output" of microbatch 2 from \
        stage 0 to stage 1 from rank 0
        """)
  }

  /// A rank that holds several stages can wait for itself.
  @Test func aRankWaitsForItself() throws {
    let plan = try VerifierCase.plan([1, 1], layers: 4, stageOrder: .vee, virtual: 2)
    let program = VerifierCase.program(
      .chain(stages: 4), plan, VerifierCase.Rounds(), [1, 1, 1])
    let mutant = try changed(program, 1) { actions in
      let late = actions.remove(at: try index("1SEND_F1>2", of: actions))
      actions.insert(late, at: try index("2F1", of: actions) + 1)
    }
    let fault = try fault(mutant)
    #expect(fault.rule == .deadlock && fault.cycle.count == 1)
    #expect(fault.problem.hasPrefix("rank 1, at 2F1, waits for the activation"))
    #expect(fault.problem.hasSuffix("from itself"))
  }

  /// The place of a fault in wide grids, and in tall ones.
  @Test func explanationsShowAWindow() throws {
    let program = try chain(20, 40)
    let mutant = try changed(program, 10) { actions in
      actions.remove(at: try index("10B17", of: actions))
    }
    let fault = try fault(mutant)
    #expect(
      fault.rank == 10
        && fault.action
          == mutant.ranks[10].actions.firstIndex {
            $0.description == "10SEND_B17>9"
          }
    )
    let lines = fault.explanation(mutant, columns: 7, rows: 3).split(separator: "\n")
    #expect(lines.count == 5)
    #expect(lines[2].contains("rank 10 (stage 10, replica 0)"))
    #expect(lines[2].contains(">10SEND_B17>9<"))
    #expect(lines[2].contains("... ") && lines[2].hasSuffix("..."))
    #expect(lines[4] == "and 17 more ranks")
    #expect(lines.allSatisfy { $0.count < 160 })
  }

  /// What is missing at the end stands behind the last action.
  @Test func theEndIsMarkedToo() throws {
    let program = try chain(2, 2)
    let mutant = changed(program, 0) { $0.removeLast() }
    let fault = try fault(mutant)
    #expect(fault.rule == .stepEnd && fault.action == mutant.ranks[0].actions.count)
    #expect(fault.explanation(mutant).contains(">the end<"))
  }

  /// Law 2: the order of additions is recomputed, not believed.
  @Test func anotherTreeIsRefused() throws {
    let program = try tied()
    var reductions = program.reductions
    reductions[1] = Reduction(groups: 4, replicas: 2, filled: [0])
    let mutant = Program(
      plan: program.plan, pipeline: program.pipeline, microbatchSizes: program.microbatchSizes,
      messages: program.messages, ranks: program.ranks, reductions: reductions)
    #expect(try fault(mutant).rule == .shape)
  }

  /// A program for another number of ranks, or with buffers for other stages.
  @Test func otherShapesAreRefused() throws {
    let program = try chain(3, 2)
    func other(ranks: [RankProgram], pipeline: Pipeline) -> Program {
      Program(
        plan: program.plan, pipeline: pipeline, microbatchSizes: program.microbatchSizes,
        messages: program.messages, ranks: ranks, reductions: program.reductions)
    }
    let ranks = program.ranks
    #expect(
      try fault(other(ranks: ranks.dropLast(), pipeline: program.pipeline)).rule == .shape)
    #expect(
      try fault(other(ranks: ranks.reversed(), pipeline: program.pipeline)).rule == .shape)
    #expect(try fault(other(ranks: ranks, pipeline: .chain(stages: 2))).rule == .shape)
    #expect(
      try fault(
        other(ranks: ranks, pipeline: .chain(stages: 3, isTraining: false))
      ).rule == .message)
  }
}
