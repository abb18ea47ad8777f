import PartitaPlan
import PartitaSchedule
import PartitaSimulator
import Testing

extension Snippets {
  @Test func simulator() throws {
    // snippet
    let plan = try Plan(columns: [1, 1], gradientGroups: 1)
    let table = ScheduleTable(OneForwardOneBackward(), plan: plan, microbatches: [0, 1, 2, 3])
    let program = Program(.chain(stages: 2), table, microbatchSizes: [1, 1, 1, 1])

    // Each microbatch costs a stage 1 second forward and 1 + 1 backward; messages are free.
    let costs = StepCosts.uniform(stages: 2, forward: 1, inputGradient: 1, weightGradient: 1)
    let prediction = try Simulation(program, costs).prediction
    print(prediction.makespanSeconds)  // (4 microbatches + 1 stage to fill) · 3 seconds
    print(prediction.bubbleFraction)  // a fifth of it idle
    // end
    #expect(prediction.makespanSeconds == 15)
    #expect(abs(prediction.bubbleFraction - 0.2) < 1e-12)
  }
}
