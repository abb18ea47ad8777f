import PartitaConfig
import PartitaPlan
import PartitaSchedule
import PartitaStudy
import PartitaTraining
import Testing

/// Which plans are compared with one rank, and what is said of them.
@Suite struct BitsStudyTests {
  private func study() throws -> BitsStudy {
    try BitsStudy(
      ScalingTests.config(), ranks: 2, schedules: [OneForwardOneBackward()], cuts: 24)
  }

  @Test func everyPlanRunsAsItsConfigurationSays() throws {
    let launcher = FakeLauncher()
    let study = try study()
    let outcomes = try study.compare(launcher, steps: 3)
    #expect(outcomes.map(\.variant) == study.variants && outcomes.count >= 2)
    #expect(outcomes.allSatisfy { $0.difference == nil })
    #expect(launcher.launches.map(\.ranks) == [1] + study.variants.map(\.ranks))
    #expect(launcher.launches.allSatisfy { $0.config.training.steps == 3 })
    for (variant, launch) in zip(study.variants, launcher.launches.dropFirst()) {
      #expect(launch.config.parallel.cuts == variant.cuts)
      #expect(launch.config.parallel.replicas == .perStage(variant.replicas))
    }
  }

  /// Plans recompute what the configuration says; what they are compared with keeps everything.
  @Test func oneRankKeepsWhatPlansRecompute() throws {
    let launcher = FakeLauncher()
    let study = try BitsStudy(
      ScalingTests.config("parallel.recompute=all"), ranks: 2,
      schedules: [OneForwardOneBackward()], cuts: 1)
    _ = try study.compare(launcher, steps: 1)
    let recompute = launcher.launches.map(\.config.parallel.recompute)
    #expect(recompute.first == Recomputation.none)
    #expect(recompute.count >= 2 && recompute.dropFirst().allSatisfy { $0 == .all })
  }

  @Test func aDifferenceIsNamed() throws {
    let launcher = FakeLauncher()
    launcher.differing = [2]
    let outcomes = try study().compare(launcher, steps: 1)
    #expect(outcomes.map(\.difference).prefix(2) == ["loss at step 1", nil])
  }

  @Test func aRunThatFailsIsNamed() throws {
    let launcher = FakeLauncher()
    launcher.failing = [2]
    let study = try study()
    let plan = "\(study.variants[0].shape) 1f1b"
    #expect(throws: BitsError(plan: plan, problem: "no more memory")) {
      try study.compare(launcher, steps: 1)
    }
  }
}
