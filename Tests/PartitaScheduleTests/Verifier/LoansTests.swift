import PartitaGraph
import PartitaPlan
import PartitaSchedule
import TestModels
import TestSchedules
import Testing

/// Activations are lent only where that can't make ranks wait for each other for ever, and are given back by
/// the last action that reads them.
@Suite struct LoansTests {
  /// Whatever the schedule: what is lent comes back, and no rank waits for ever.
  @Test(arguments: ScheduleCatalogue.standard.schedules, [TestModel.mlp, .skip, .tiedGPT])
  func everyScheduleAllowsItsLoans(_ schedule: any Schedule, _ model: TestModel) throws {
    let graph = try model.training()
    for replicas in VerifierAcceptanceTests.replicas {
      let virtual = schedule.virtualStages.lowerBound
      guard virtual * replicas.count <= model.layers.count else { continue }
      let plan = try VerifierCase.plan(
        replicas, layers: model.layers.count, stageOrder: schedule.stageOrder, virtual: virtual)
      let program = VerifierCase.program(
        try VerifierCase.pipeline(graph, plan), plan, schedule, [2, 1, 2, 2, 1])
      #expect(Verifier.allowsLoans(program), "\(schedule) \(replicas)")
      try expectReturns(program)
    }
  }

  /// Each lent message is given back once, at its receiver's last action for the microbatch.
  private func expectReturns(_ program: Program) throws {
    let loans = Loans(program)
    var back = Array(repeating: 0, count: program.messages.count)
    for (rank, entry) in program.ranks.enumerated() {
      for (at, messages) in loans.returns(ofRank: rank) {
        guard case .compute(let last) = entry.actions[at] else {
          Issue.record("rank \(rank) gives back at \(entry.actions[at])")
          continue
        }
        for message in messages {
          back[message] += 1
          guard case .edge(_, let microbatch) = program.messages[message].content else { continue }
          #expect(microbatch == last.microbatch && program.messages[message].to == rank)
        }
        let isLast = !entry.actions[(at + 1)...].contains {
          guard case .compute(let later) = $0 else { return false }
          return later.stage == last.stage && later.microbatch == last.microbatch
        }
        #expect(isLast, "rank \(rank) reads after \(last)")
      }
    }
    for (index, message) in program.messages.enumerated() {
      #expect(back[index] == (loans.isLent(message) ? 1 : 0))
    }
  }

  /// A stage that is fused lends its activations; one with W apart, or with two values from upstream, copies.
  @Test func whatIsLent() throws {
    func lent(_ model: TestModel, _ schedule: any Schedule) throws -> Int {
      let plan = try VerifierCase.plan(
        [1, 1], layers: model.layers.count, stageOrder: schedule.stageOrder,
        virtual: schedule.virtualStages.lowerBound)
      let program = VerifierCase.program(
        try VerifierCase.pipeline(model.training(), plan), plan, schedule, [1, 1, 1, 1])
      let loans = Loans(program)
      return program.messages.count(where: loans.isLent)
    }
    #expect(try lent(.mlp, OneForwardOneBackward()) == 4)
    #expect(try lent(.mlp, GPipe()) == 4)
    #expect(try lent(.mlp, ZBH1()) == 0)
  }

  /// An order that is sound with messages and none with loans: the receiver wants the last microbatch first,
  /// for which the sender needs a slot that the receiver still reads.
  @Test func anOrderOfMessagesAlone() throws {
    let plan = try VerifierCase.plan([1, 1], layers: TestModel.mlp.layers.count)
    let pipeline = try VerifierCase.pipeline(.mlp, plan, isTraining: false)
    func forward(_ stage: Int, _ microbatches: [Int]) -> [ComputeAction] {
      microbatches.map { ComputeAction(stage: stage, .forward, microbatch: $0) }
    }
    for (order, isAllowed) in [([0, 1, 2, 3], true), ([3, 2, 1, 0], false)] {
      let table = try ScheduleTable(
        plan: plan, microbatches: [0, 1, 2, 3],
        ranks: [forward(0, [0, 1, 2, 3]), forward(1, order)])
      let program = Program(pipeline, table, microbatchSizes: [1, 1, 1, 1])
      try Verifier.prove(program)
      #expect(Verifier.allowsLoans(program) == isAllowed)
    }
  }
}
