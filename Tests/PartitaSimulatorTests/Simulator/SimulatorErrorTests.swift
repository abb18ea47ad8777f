import Foundation
import PartitaPlan
import PartitaSchedule
import PartitaSimulator
import TestSchedules
import Testing

/// A program that ranks could not perform is an error that says who waits for what; never a hang.
@Suite struct SimulatorErrorTests {
  private func error(_ old: String, _ new: String) throws -> SimulationError? {
    let program = try Plans.chain(OneForwardOneBackward(), ranks: 2, microbatches: 2)
    let edited = try ProgramText.edited(program, old, new)
    return #expect(throws: SimulationError.self) {
      _ = try Simulation(
        edited, .uniform(stages: 2, forward: 1, inputGradient: 1, weightGradient: 1))
    }
  }

  private func waiting(_ error: SimulationError?) -> [String] {
    guard case .stuck(let waiting) = error else { return ["\(error as Any)"] }
    return waiting.map { "\($0.rank) \($0.action.map(\.description) ?? "end")" }
  }

  /// Costs at the end of what a Double holds are no step's; and a trace has whole nanoseconds.
  @Test(arguments: [1.1e9, 1e308, .infinity]) func endlessSteps(seconds: Double) throws {
    let program = try Plans.chain(OneForwardOneBackward(), ranks: 2, microbatches: 2)
    let error = #expect(throws: SimulationError.self) {
      _ = try Simulation(
        program,
        .uniform(
          stages: 2, forward: 1, inputGradient: 1, weightGradient: 1, communication: seconds))
    }
    #expect(error?.description.contains("seconds by these costs") == true)
    let longest = try Simulation(
      program, .uniform(stages: 2, forward: 1e8, inputGradient: 1, weightGradient: 1))
    #expect(Perfetto.json([("long", longest.trace)]).contains("100000000000000"))
  }

  @Test func droppedSend() throws {
    let error = try error("0SEND_F0>1 ", "")
    // Rank 0 waits for the gradient that rank 1 can't make.
    #expect(waiting(error) == ["0 0B0", "1 1F0"])
    #expect(error?.description.contains("which rank 0 does not send") == true)
  }

  @Test func droppedReceive() throws {
    let error = try error("1RECV_F0<0 ", "")
    #expect(waiting(error) == ["0 0B0", "1 1F0"])
    #expect(error?.description.contains("which rank 1 does not receive") == true)
  }

  @Test func droppedExchange() throws {
    let error = try error("EXCHANGE 1FINISH", "1FINISH")
    #expect(waiting(error) == ["0 EXCHANGE"])
    #expect(error?.description.contains("other ranks") == true)
  }

  @Test func droppedReader() throws {
    // Nobody needs the gradient of microbatch 1 any more; its receive is started all the same.
    let program = try Plans.chain(OneForwardOneBackward(), ranks: 2, microbatches: 2)
    let edited = try ProgramText.edited(program, "0B1 ", "")
    let prediction = try Simulation(
      edited, .uniform(stages: 2, forward: 1, inputGradient: 1, weightGradient: 1)
    ).prediction
    #expect(prediction.ranks[0].busySeconds == 4)
  }

  @Test func backwardBeforeItsGradient() throws {
    let error = try error("0F0 0SEND_F0>1 ", "0B0 0F0 0SEND_F0>1 ")
    #expect(waiting(error) == ["0 0B0", "1 1F0"])
  }

  @Test func doubledAndMisplaced() throws {
    #expect(
      try error("0SEND_F0>1 ", "0SEND_F0>1 0SEND_F0>1 ")?.description
        == "0SEND_F0>1, action 4 of rank 0, starts a message for the second time")
    #expect(
      try error("0F1 ", "1F1 ")?.description == "1F1, action 4 of rank 0, is not for this rank")
  }

  @Test func costsOfAnotherPipeline() throws {
    let program = try Plans.chain(GPipe(), ranks: 2, microbatches: 1)
    #expect(throws: SimulationError.costs(stages: 3, program: 2)) {
      _ = try Simulation(
        program, .uniform(stages: 3, forward: 1, inputGradient: 1, weightGradient: 1))
    }
  }
}
