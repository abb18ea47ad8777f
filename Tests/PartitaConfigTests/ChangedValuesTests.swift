import PartitaConfig
import PartitaKeys
import Testing

/// Configurations with other values obey the checks of those that are read.
@Suite struct ChangedValuesTests {
  private static let text = """
    data: {name: synthetic, shape: [8], classes: 2, samples: 64}
    model: {kind: mlp, widths: [8, 8, 2]}
    training: {batch: 16, microbatches: 2}
    parallel: {stages: 2, cuts: [linear2], progress: polling}
    """

  private func config(_ overrides: String...) throws -> TrainingConfig {
    try TrainingConfig(yaml: Self.text, file: "folder/small.yaml", overrides: overrides)
  }

  @Test func changesAreThoseOfOverrides() throws {
    let config = try config()
    #expect(config.name == "small")
    #expect(
      try config.with(replicas: [2, 1], virtual: 1, schedule: "gpipe", cuts: ["linear2"])
        == self.config(
          "parallel.stages=2", "parallel.replicas=[2, 1]", "parallel.virtual=1",
          "parallel.schedule=gpipe", "parallel.cuts=[linear2]"))
    #expect(
      try config.with(batch: 32, microbatches: 4, steps: 3)
        == self.config("training.batch=32", "training.microbatches=4", "training.steps=3"))
    #expect(try config.with(syntheticSamples: 99) == self.config("data.samples=99"))
    #expect(try config.with(outputDirectory: "a b") == self.config("output.directory=a b"))
  }

  /// Defaults that depend on a changed value follow it.
  @Test func defaultsFollow() throws {
    #expect(try config().training.gradientGroups == 2)
    #expect(try config().with(microbatches: 8).training.gradientGroups == 4)
    #expect(
      try config("training.gradient_groups=1").with(microbatches: 8).training.gradientGroups == 1)
  }

  @Test func anOpenPlanKeepsWhatWasChanged() throws {
    let open = try config("parallel.replicas=2").withOpenPlan().parallel
    #expect(open.stages == nil && open.cuts == nil && open.replicas == .every(2))
    #expect(open.progress == .polling)
  }

  @Test func whatDoesNotFitIsRefused() throws {
    let error = #expect(throws: ConfigError.self) {
      try config().with(replicas: [3, 1], virtual: 1, schedule: "1f1b", cuts: ["linear2"])
    }
    #expect(error?.description.contains("--set parallel.replicas=[3, 1]") == true)
    #expect(throws: ConfigError.self) { try config().with(batch: 0) }
  }

  /// What a study hands to another process is the value that it has.
  @Test func changedValuesReadBack() throws {
    let changed = try config().with(microbatches: 8)
      .with(replicas: [2, 1], virtual: 1, schedule: "gpipe", cuts: ["linear2"])
    #expect(
      try TrainingConfig(yaml: changed.yaml(), file: "other.yaml")
        == changed.with(outputDirectory: "runs/small"))
  }
}
