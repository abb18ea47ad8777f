import Foundation
import PartitaConfig
import PartitaData
import PartitaGraph
import PartitaKeys
import PartitaPlan
import PartitaSchedule
import Testing

@Suite struct ConfigTests {
  @Test func defaults() throws {
    let config = try TrainingConfig(
      yaml: "data: {name: digits}\nmodel: {kind: mlp, widths: [64, 10]}\ntraining:\n",
      file: "configs/plain.yaml")
    #expect(config.seed == 0)
    #expect(config.objective.loss == .crossEntropy)
    #expect(config.training.epochs == 10)
    #expect(config.training.batch == 64)
    #expect(config.training.microbatches == 1)
    #expect(config.training.gradientGroups == 1)
    #expect(config.training.gradientOrder == .ascending)
    #expect(config.training.optimizer == Optimizer(.sgd(momentum: 0, nesterov: false)))
    #expect(config.training.learningRate.base == 0.1)
    #expect(config.training.learningRate.shape == .constant)
    #expect(config.training.optimizer.clipNorm == nil)
    #expect(config.parallel.stages == nil)
    #expect(config.parallel.replicas == nil)
    #expect(config.parallel.schedule == .named(OneForwardOneBackward()))
    #expect(config.output.directory == "runs/plain")
  }

  @Test(arguments: [(1, 1), (2, 2), (3, 2), (4, 4), (5, 4), (64, 4)])
  func gradientGroupsByDefault(microbatches: Int, groups: Int) throws {
    let config = try load(overrides: ["training.microbatches=\(microbatches)"])
    #expect(config.training.gradientGroups == groups)
  }

  @Test(arguments: GradientOrder.allCases)
  func gradientOrder(_ order: GradientOrder) throws {
    let config = try load(overrides: ["training.gradient_order=\(order)"])
    #expect(config.training.gradientOrder == order)
    #expect(try config.with(microbatches: 8).training.gradientOrder == order)
  }

  @Test func overridesReplaceAddAndRemove() throws {
    let config = try load(overrides: [
      "training.epochs=3", "model.widths=[64, 32, 10]", "model.widths.1=48",
      "parallel.replicas=[2, 1]", "training.microbatches=4", "training.clip_norm=0.5",
      "training.clip_norm=", "output.directory=a b", "objective={loss: squared-error}",
    ])
    #expect(config.training.epochs == 3)
    #expect((config.model.family as? MLP)?.widths == [64, 48, 10])
    #expect(config.parallel.replicas == .perStage([2, 1]))
    #expect(config.training.optimizer.clipNorm == nil)
    #expect(config.output.directory == "a b")
    #expect(config.objective.loss == .squaredError)
  }

  /// A thread beside the kernels where ranks are on several hosts and don't share cores.
  @Test(arguments: [(1, 1, 2), (2, 2, 2), (2, 2, 16), (4, 4, 2), (8, 4, 2)])
  func messagesArePolledFor(ranks: Int, localRanks: Int, cores: Int) throws {
    let progress = try load(overrides: []).parallel.progress
    #expect(progress == .auto)
    #expect(progress.resolved(ranks: ranks, localRanks: localRanks, cores: cores) == .polling)
    let thread = try load(overrides: ["parallel.progress=thread"]).parallel.progress
    #expect(thread.resolved(ranks: ranks, localRanks: localRanks, cores: cores) == .thread)
  }

  @Test(arguments: [(2, 1, 2), (4, 2, 2), (3, 1, 1)])
  func aThreadLooksAfterMessagesBetweenHosts(ranks: Int, localRanks: Int, cores: Int) throws {
    let progress = try load(overrides: []).parallel.progress
    #expect(progress.resolved(ranks: ranks, localRanks: localRanks, cores: cores) == .thread)
    let waiting = try load(overrides: ["parallel.progress=waiting"]).parallel.progress
    #expect(waiting.resolved(ranks: ranks, localRanks: localRanks, cores: cores) == .waiting)
  }

  @Test func cutsSayHowManyStages() throws {
    #expect(try load(overrides: ["parallel.cuts=[a, b]"]).parallel.stages == 3)
  }

  @Test(
    arguments: [
      ("none", Recomputation.none), ("all", .all), ("[b, a]", .layers(["b", "a"])),
      ("[all]", .layers(["all"])), ("{stages: [0, 2]}", .stages([0, 2])),
    ])
  func recomputation(_ text: String, _ recomputation: Recomputation) throws {
    #expect(try load(overrides: []).parallel.recompute == .none)
    let config = try load(overrides: ["parallel.recompute=\(text)"])
    #expect(config.parallel.recompute == recomputation)
    #expect(try roundTrip(config) == config)
    #expect(try config.withoutRecomputation().parallel.recompute == .none)
  }

  /// No part of a plan's keys: whoever chooses the plan, it stays.
  @Test func replicasShareTheUpdateWhereAsked() throws {
    #expect(try !load(overrides: []).parallel.shardedUpdate)
    let config = try load(overrides: ["parallel.sharded_update=true"])
    #expect(config.parallel.shardedUpdate)
    #expect(try roundTrip(config) == config)
    #expect(try config.with(pins: ["parallel.stages=2"]).parallel.shardedUpdate)
    #expect(try load(overrides: []).withSharedUpdate().parallel.shardedUpdate)
  }

  @Test func dataAndModelShareTheContext() throws {
    let gpt = "model: {kind: gpt, depth: 1, width: 4, heads: 2"
    for yaml in [
      "data: {name: text, path: a, context: 7}\n\(gpt)}\n",
      "data: {name: text, path: a}\n\(gpt), context: 7}\n",
      "data: {name: text, path: a, context: 7}\n\(gpt), context: 7}\n",
    ] {
      let config = try TrainingConfig(yaml: yaml, file: "run.yaml")
      guard let text = config.data.source as? TextFile,
        let gpt = config.model.family as? GPT
      else {
        Issue.record("not a text and a gpt")
        continue
      }
      #expect(text.context == 7)
      #expect(gpt.context == 7)
    }
  }

  @Test func layersReadTheOneBeforeThem() throws {
    let config = try TrainingConfig(contentsOf: configs.appendingPathComponent("skip.yaml").path)
    let layers = try #require(config.model.family as? LayerList).layers
    #expect(layers[0].inputs == ["input"])
    #expect(layers[1].inputs == ["pixels"])
    #expect(layers[4].inputs == ["stem", "second"])
    #expect(layers[4].kind is AddLayer)
  }

  @Test func everyLayerKindReads() throws {
    let config = try TrainingConfig(yaml: everyKind, file: "run.yaml")
    let layers = try #require(config.model.family as? LayerList).layers
    #expect(Set(layers.map { type(of: $0.kind).name }) == Set(LayerCatalogue.standard.names))
    #expect(try roundTrip(config) == config)
  }

  @Test(arguments: try exampleConfigs())
  func examplesLoadAndReadBack(_ name: String) throws {
    let config = try TrainingConfig(contentsOf: configs.appendingPathComponent(name).path)
    #expect(try roundTrip(config) == config)
    let json = try JSONEncoder().encode(config)
    #expect(
      try TrainingConfig(yaml: String(decoding: json, as: UTF8.self), file: "run.yaml") == config)
    #expect(config.output.directory == "runs/" + name.dropLast(".yaml".count))
  }

  @Test func thereAreExamples() throws {
    #expect(try exampleConfigs().count >= 15)
  }

  @Test func learningRates() throws {
    let cosine = try load(overrides: [
      "training.learning_rate=1", "training.schedule=cosine", "training.warmup_steps=4",
      "training.final_learning_rate=0.5",
    ]).training.learningRate
    #expect((1...5).map { cosine.rate(atStep: $0, of: 13) } == [0.25, 0.5, 0.75, 1, 1])
    #expect(abs(cosine.rate(atStep: 9, of: 13) - 0.75) < 1e-12)
    #expect(cosine.rate(atStep: 13, of: 13) == 0.5)
    let step = try load(overrides: [
      "training.learning_rate=1", "training.schedule=step", "training.decay_steps=2",
      "training.decay_factor=0.5",
    ]).training.learningRate
    #expect((1...5).map { step.rate(atStep: $0, of: 5) } == [1, 1, 0.5, 0.5, 0.25])
  }

  @Test(arguments: [
    ("bacth", "batch"), ("Seed", "seed"), ("microbatch", "microbatches"), ("batch", "batch"),
  ])
  func nearest(name: String, expected: String) {
    #expect(nearestName(to: name, in: ["seed", "batch", "microbatches"]) == expected)
  }

  @Test func nothingIsNear() {
    #expect(nearestName(to: "zzz", in: ["seed", "batch"]) == nil)
    #expect(nearestName(to: "a", in: []) == nil)
  }

  @Test func distances() {
    #expect(editDistance("", "abc") == 3)
    #expect(editDistance("kitten", "sitting") == 3)
    #expect(editDistance("ab", "ba") == 1)
    #expect(editDistance("same", "same") == 0)
  }

  private func load(overrides: [String]) throws -> TrainingConfig {
    try TrainingConfig(
      yaml: "data: {name: digits}\nmodel: {kind: mlp, widths: [64, 10]}\n", file: "run.yaml",
      overrides: overrides)
  }

  private func roundTrip(_ config: TrainingConfig) throws -> TrainingConfig {
    try TrainingConfig(yaml: config.yaml(), file: "record.yaml")
  }
}

/// The folder of the examples.
let configs = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  .appendingPathComponent("../../configs").standardized

/// The examples, by their paths in that folder.
func exampleConfigs() throws -> [String] {
  let folders = ["", "bench/"]
  return try folders.flatMap { folder in
    try FileManager.default.contentsOfDirectory(atPath: configs.path + "/" + folder)
      .filter { $0.hasSuffix(".yaml") }.sorted().map { folder + $0 }
  }
}
