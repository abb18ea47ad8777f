import PartitaChecker
import PartitaPlan
import PartitaSchedule
import PartitaSimulator
import PartitaStepPlanner
import StepProblems
import Testing

/// The bound of a plan is shown by other code, and one that is too high is not.
@Suite struct StepBoundCheckerTests {
  @Test(arguments: SeededProblem.all) func acceptsTheBoundAndNoHigherOne(
    _ seeded: SeededProblem
  ) throws {
    for (pins, shares) in [
      (PlanPins(), false), (PlanPins(virtual: 1), false), (PlanPins(), true),
    ] {
      let problem = try seeded.problem(pins: pins, shardsUpdate: shares)
      let plan = try StepPlanner(problem) { _ in [] }.best()
      let costs = try StepCosts(problem.profile, for: plan.program, on: problem.cluster)
      let checker = StepBoundChecker(
        cut: problem.layers, profile: problem.profile, costs: costs,
        microbatchSizes: problem.microbatchSizes, gradientGroups: problem.gradientGroups,
        ranks: problem.ranks, sharesUpdate: shares)
      let hasVirtual = pins.virtual == nil
      try checker.check(plan.lowerBound, hasVirtualStages: hasVirtual)
      // No step can be shown to take longer than a plan takes.
      #expect(throws: StepBoundChecker.Refusal.self) {
        try checker.check(plan.seconds * 1.0001, hasVirtualStages: hasVirtual)
      }
    }
  }
}
