import PartitaPlan
import PartitaSchedule
import PartitaSimulator
import TestSchedules
import Testing

/// The simulator gives the papers' closed forms exactly where messages are free.
@Suite struct SimulatorFormulaTests {
  private static let grid = (1...6).flatMap { p in (1...9).map { (p: p, m: $0) } }

  private func predict(
    _ schedule: any Schedule, _ p: Int, _ m: Int, virtual: Int = 1, _ f: Double = 1,
    _ i: Double = 1,
    _ w: Double = 1, communication: Double = 0
  ) throws -> Prediction {
    try Simulation(
      Plans.chain(schedule, ranks: p, microbatches: m, virtual: virtual),
      .uniform(
        stages: p * virtual, forward: f, inputGradient: i, weightGradient: w,
        communication: communication)
    ).prediction
  }

  /// Huang et al., 1811.06965; Narayanan et al., SOSP 2019: every rank is idle for (p - 1)(F + B).
  @Test(arguments: [GPipe(), OneForwardOneBackward()] as [any Schedule])
  func idleTimeOfOneStageARank(_ schedule: any Schedule) throws {
    for (p, m) in Self.grid {
      let (f, i, w) = (2.0, 3.0, 5.0)
      let prediction = try predict(schedule, p, m, f, i, w)
      #expect(prediction.makespanSeconds == Double(m + p - 1) * (f + i + w))
      for rank in prediction.ranks {
        #expect(rank.idle.fillAndDrain == Double(p - 1) * (f + i + w))
        #expect(rank.idle.total == rank.idle.fillAndDrain)
      }
      let most = prediction.ranks.map(\.peakStash)
      #expect(
        most == (0..<p).map { schedule is GPipe ? m : min(m, p - $0) }, "stash of \(p) ranks, \(m)")
    }
  }

  @Test func eightRanks() throws {
    let prediction = try predict(OneForwardOneBackward(), 8, 32)
    #expect((prediction.bubbleFraction * 10000).rounded() == 1795)
    #expect(prediction.ranks[0].peakStash == 8)
  }

  /// Qi et al., arXiv 2401.10241: the 1.5 B model's profile in milliseconds; 24.3 %.
  @Test func theZeroBubblePapersProfile() throws {
    let prediction = try predict(
      OneForwardOneBackward(), 8, 24, 18.522, 18.086, 9.337, communication: 0.601)
    #expect((prediction.spanBubbleFraction * 1000).rounded() == 243)
  }

  /// The bubble by span starts a rank's clock with its work: less where ranks start late.
  @Test func spanAndMakespan() throws {
    let gpipe = try predict(GPipe(), 4, 4)
    // Rank 0 works from the first moment to the last.
    #expect(gpipe.spanBubbleFraction == gpipe.bubbleFraction)
    #expect(gpipe.ranks.map(\.firstStart) == [0, 1, 2, 3])
    #expect(gpipe.ranks.map(\.lastEnd) == [21, 19, 17, 15])
  }

  /// Every schedule, whatever there is: work is what the table says, and ranks without messages of cost
  /// lose nothing to messages, memory or reduction.
  @Test(arguments: ScheduleCatalogue.standard.schedules)
  func freeMessagesCostNothing(_ schedule: any Schedule) throws {
    for (p, m) in Self.grid {
      for virtual in schedule.virtualStages(upTo: 3) {
        let prediction = try predict(schedule, p, m, virtual: virtual, 1, 1, 1)
        for rank in prediction.ranks {
          #expect(rank.busySeconds == Double(3 * m * virtual))
          #expect(rank.idle.total == rank.idle.fillAndDrain)
          #expect(rank.busySeconds + rank.idle.total == prediction.makespanSeconds)
          #expect(rank.peakStash <= m * virtual && rank.peakStash >= min(m, 1))
        }
        // No schedule beats the fill of the last stage's column.
        #expect(prediction.makespanSeconds >= Double(3 * m * virtual + p - 1))
      }
    }
  }

  /// A ragged microbatch takes its share of the time, and its share of the stash.
  @Test func raggedMicrobatch() throws {
    let program = try Plans.program(
      GPipe(), replicas: [1], sizes: [4, 4, 1, 0])
    var stage = StepCosts.Stage(
      forward: .init(fixed: 1, perSample: 2), inputGradient: .init(perSample: 1),
      weightGradient: .init(perSample: 1), backward: .init(fixed: 3, perSample: 1))
    stage.stashBytesPerSample = 10
    let prediction = try Simulation(program, StepCosts(stages: [stage])).prediction
    #expect(prediction.makespanSeconds == 3 + 18 + 9 + 9)
    #expect(prediction.ranks[0].peakStash == 3 && prediction.ranks[0].peakStashBytes == 90)
  }
}
