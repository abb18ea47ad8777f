import Foundation
import PartitaGraph
import PartitaPlan
import PartitaSchedule
import TestModels
import TestSchedules
import Testing

/// A program's file holds all of it, loads as it stands, and is refused only where it names nothing.
@Suite struct ProgramFileTests {
  @Test(arguments: ScheduleCatalogue.standard.schedules)
  func roundTripOfChains(_ schedule: any Schedule) throws {
    for virtual in schedule.virtualStages(upTo: 3) {
      let program = try Plans.program(
        schedule, replicas: [1, 2, 1], virtual: virtual, groups: 2, sizes: [4, 4, 0, 1], bytes: 3,
        gradientElements: 40)
      try check(program)
    }
  }

  /// Skip edges, tied weights over replicas, several buckets: whatever models have.
  @Test(arguments: [TestModel.mlp, .tiedGPT, .tiedLinear, .skip, .lenet], [1, 2])
  func roundTripOfModels(_ model: TestModel, replicas: Int) throws {
    let graph = try model.training()
    let layers = graph.graph.layers.count
    let bounds = [0, layers / 3, 2 * layers / 3, layers]
    let plan = try Plan(
      stages: (0..<3).map { stage in
        Plan.Stage(
          layers: bounds[stage]..<bounds[stage + 1],
          ranks: Array(stage * replicas..<(stage + 1) * replicas))
      }, gradientGroups: 4, layerCount: layers)
    let staged = try StagedModel(graph, stageOfLayer: plan.stageOfLayer, stageCount: 3)
    let table = ScheduleTable(
      OneForwardOneBackward(), plan: plan, microbatches: Array(0..<5))
    try check(Program(Pipeline(staged), table, microbatchSizes: [3, 3, 3, 3, 1]))
  }

  /// The order of gradients is part of the plan; a file that says nothing of it is of the usual.
  @Test func theOrderOfGradientsIsKept() throws {
    let program = try Plans.program(
      OneForwardOneBackward(), replicas: [1, 1], order: .descending, sizes: [1, 1, 1])
    try check(program)
    try Verifier.prove(program)
    let key = #""gradientOrder":"descending","#
    #expect(try ProgramText.text(program).contains(key))
    let usual = try ProgramText.edited(program, key, "")
    #expect(usual.plan.gradientOrder == .ascending)
    #expect(try !ProgramText.text(usual).contains("gradientOrder"))
    #expect(throws: ProgramFault.self) { try Verifier.prove(usual) }
  }

  private func check(_ program: Program) throws {
    let text = try ProgramText.text(program)
    let read = try JSONDecoder().decode(Program.self, from: Data(text.utf8))
    #expect(read == program)
    #expect(try ProgramText.text(read) == text)
  }

  private static func pair() throws -> Program {
    try Plans.chain(OneForwardOneBackward(), ranks: 2, microbatches: 2)
  }

  /// What a person may change, however wrong, is there afterwards.
  @Test(arguments: [
    ("0F0 0SEND_F0>1 ", "0F0 "), ("0F0 0SEND_F0>1 ", "0SEND_F0>1 0F0 "), ("0F1 ", "0F1 0F1 "),
    ("0F1 ", "1F1 "), ("EXCHANGE 0FINISH", "0FINISH"), ("1B1 ", "1I1 1W1 "),
  ])
  func changesAreKept(_ old: String, _ new: String) throws {
    let program = try Self.pair()
    let changed = try ProgramText.edited(program, old, new)
    #expect(changed != program)
    func words(_ program: Program) -> String {
      program.ranks.map { $0.actions.map(\.description).joined(separator: " ") }
        .joined(separator: "\n")
    }
    #expect(words(changed) == words(program).replacingOccurrences(of: old, with: new))
    #expect(
      changed.messages == program.messages && changed.ranks[0].buffers == program.ranks[0].buffers)
  }

  @Test(arguments: [
    ("0F1 ", "0Q1 ", "rank 0, action 4, 0Q1: there is no such action"),
    ("0F1 ", "2F1 ", "rank 0, action 4, 2F1: there is no stage 2"),
    ("0F1 ", "0F2 ", "rank 0, action 4, 0F2: there is no microbatch 2"),
    ("0F1 ", "0F ", "rank 0, action 4, 0F: a number is missing"),
    ("0F1 ", "F1 ", "rank 0, action 4, F1: a number is missing"),
    ("0F1 ", "0F99999999999 ", "rank 0, action 4, 0F99999999999: a number is missing"),
    ("0F1 ", "0F1x ", "rank 0, action 4, 0F1x: x is too much"),
    (
      "0SEND_F0>1 ", "0SEND_B0>1 ",
      "rank 0, action 3, 0SEND_B0>1: nothing of this kind goes from stage 0 to stage 1"
    ),
    ("0SEND_F0>1 ", "0SEND_F0>7 ", "rank 0, action 3, 0SEND_F0>7: there is no stage 7"),
    ("0SEND_F0>1 ", "0SEND_F0 ", "rank 0, action 3, 0SEND_F0: it names one stage only"),
    ("0SEND_F0>1 ", "0SEND_X>1 ", "rank 0, action 3, 0SEND_X>1: nothing of this name travels"),
    ("0UPDATE", "0REDUCE0", "rank 0, action 8, 0REDUCE0: stage 0 has 0 buckets"),
    (
      "\"microbatch_sizes\":[1,1]", "\"microbatch_sizes\":[1,-1]",
      "microbatch_sizes, entry 1: -1 is no size"
    ),
    (
      "\"received\":[0,1]", "\"received\":[0]",
      "rank 0, slots of stage 0, received: there are 1, and there are 2 microbatches"
    ),
    (
      "\"received\":[0,1]", "\"received\":[0,2]",
      "rank 0, slots of stage 0, received: slots are -1 to 1"
    ),
    (
      "\"gradientElements\":[0,0]", "\"gradientElements\":[0,99999999999]",
      "pipeline, gradientElements of stage 1: found 99999999999, expected 0 to 17179869184"
    ),
    (
      "\"bytesPerSample\":0", "\"bytesPerSample\":9223372036854775807",
      "pipeline, edge 0: a message of 1 samples has more than 35184372088832 bytes"
    ),
    (
      "\"stage 0\",\"stage 1\"", "\"stage 0\"",
      "pipeline, layers: there are 1, and the plan's stages hold 2"
    ),
    (
      "\"stageCount\":2", "\"stageCount\":3",
      "pipeline: it has 3 stages and gradients of 2, and the plan has 2 stages"
    ),
  ])
  func whatNamesNothingIsRefused(_ old: String, _ new: String, _ message: String) throws {
    let error = #expect(throws: ProgramFileError.self) {
      _ = try ProgramText.edited(Self.pair(), old, new)
    }
    #expect(error?.description == message)
  }
}
