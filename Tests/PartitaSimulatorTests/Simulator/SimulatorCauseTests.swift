import PartitaGraph
import PartitaPlan
import PartitaSchedule
import PartitaSimulator
import TestSchedules
import Testing

/// Idle time has its right name: cases small enough to work out by hand.
@Suite struct SimulatorCauseTests {
  private func uniform(_ stages: Int) -> StepCosts {
    .uniform(stages: stages, forward: 1, inputGradient: 1, weightGradient: 1)
  }

  /// The busiest rank has only the pipeline to blame; the other also that it has less to do.
  @Test(arguments: [GPipe(), OneForwardOneBackward()] as [any Schedule])
  func imbalance(_ schedule: any Schedule) throws {
    var costs = uniform(2)
    costs.stages[1] = StepCosts.Stage(
      forward: .init(fixed: 2), inputGradient: .init(fixed: 2), weightGradient: .init(fixed: 2))
    let prediction = try Simulation(
      Plans.chain(schedule, ranks: 2, microbatches: 3), costs
    ).prediction
    #expect(prediction.makespanSeconds == 21)
    #expect(prediction.ranks[0].idle == .init(fillAndDrain: 3, imbalance: 9))
    #expect(prediction.ranks[1].idle == .init(fillAndDrain: 3))
  }

  /// Rank 1 makes gradients faster than they leave: under rendezvous its one slot holds it up.
  @Test func memoryStall() throws {
    let program = try Plans.chain(OneForwardOneBackward(), ranks: 2, microbatches: 3)
    var costs = uniform(2)
    costs.sameHost = .init(latencySeconds: 10, eagerLimitBytes: -1)
    let held = try Simulation(program, costs).prediction
    costs.sameHost.eagerLimitBytes = .max
    let free = try Simulation(program, costs).prediction
    let slots = program.ranks[1].buffers[0].gradientsOut.count
    // 1B0 ends at 14, its gradient has left at 24; 1F1 ends at 15.
    #expect(slots == 1 && held.ranks[1].idle.memory == 9)
    #expect(free.ranks[1].idle.memory == 0)
    #expect(held.makespanSeconds >= free.makespanSeconds)
  }

  /// A wait for what is on its way, against a wait for what has not been sent yet.
  @Test func messages() throws {
    let program = try Plans.chain(GPipe(), ranks: 2, microbatches: 1)
    var costs = uniform(2)
    costs.sameHost.latencySeconds = 5
    let prediction = try Simulation(program, costs).prediction
    // 0F0 until 1, 1F0 from 6, 1B0 until 9, 0B0 from 14 to 16.
    #expect(prediction.makespanSeconds == 16)
    #expect(prediction.ranks[0].idle == .init(fillAndDrain: 8, messages: 5))
    #expect(prediction.ranks[1].idle == .init(fillAndDrain: 13))
    #expect(
      prediction.criticalPath.map(\.label) == [
        "0F0", "message 0SEND_F0>1", "1F0", "1B0", "message 1SEND_B0>0", "0B0",
      ])
    #expect(prediction.criticalPath.map(\.rank) == [0, 0, 1, 1, 1, 0])
    #expect(prediction.criticalPath.map(\.seconds) == [1, 5, 1, 2, 5, 2])
  }

  /// Two replicas: partial sums go round, are added, and come back; then all know the scalars.
  @Test func reduction() throws {
    let program = try Plans.program(
      GPipe(), replicas: [2], groups: 2, sizes: [1, 1], gradientElements: 32)
    var costs = uniform(1)
    costs.sameHost.latencySeconds = 0.5
    costs.reductionSecondsPerByte = 1 / 64
    costs.exchangeRoundSeconds = 0.25
    costs.stages[0].updateSeconds = 2
    costs.stages[0].finishSeconds = 4
    let prediction = try Simulation(program, costs).prediction
    // B until 3, partials until 3.5, 64 bytes added until 4.5, sums until 5, then 2, 0.25 and 4.
    #expect(prediction.makespanSeconds == 11.25)
    for rank in prediction.ranks {
      #expect(rank.busySeconds == 10 && rank.computeSeconds == 3)
      #expect(rank.idle == .init(reduction: 1.25))
    }
  }

  /// A rank's own groups are added before anything is traded.
  @Test func localSums() throws {
    let program = try Plans.program(
      GPipe(), replicas: [1], groups: 4, sizes: [1, 1, 1, 1], gradientElements: 16)
    var costs = uniform(1)
    costs.reductionSecondsPerByte = 1 / 64
    let prediction = try Simulation(program, costs).prediction
    #expect(prediction.makespanSeconds == 12 + 3)
  }

  /// On shared memory nothing moves but by the ranks' own hands.
  @Test func copying() throws {
    let program = try Plans.chain(GPipe(), ranks: 2, microbatches: 1, bytes: 8)
    var costs = uniform(2)
    costs.sameHost.senderSecondsPerByte = 0.125
    costs.sameHost.receiverSecondsPerByte = 0.25
    let prediction = try Simulation(program, costs).prediction
    #expect(prediction.makespanSeconds == 6 + 2 * (1 + 2))
    let busy: Double = 3 + 1 + 2
    #expect(prediction.ranks.map(\.busySeconds) == [busy, busy])
  }

  @Test func hostsAndRounds() {
    var costs = uniform(1)
    costs.hosts = [0, 1]
    costs.acrossHosts.latencySeconds = 3
    costs.exchangeRoundSeconds = 1
    #expect(costs.link(from: 0, to: 1) == costs.acrossHosts)
    #expect(costs.link(from: 0, to: 2) == costs.sameHost)
    #expect(costs.link(from: 1, to: 1) == costs.sameRank)
    #expect([1, 2, 3, 4, 5, 4096].map { costs.exchangeSeconds(ranks: $0) } == [0, 1, 2, 2, 3, 12])
  }
}
