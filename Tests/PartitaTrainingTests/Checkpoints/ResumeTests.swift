import PartitaConfig
import PartitaData
import PartitaDevice
import PartitaFiles
import PartitaTraining
import PartitaTransport
import Synchronization
import TestFiles
import Testing

/// A run that is stopped and goes on, under whatever plan, has the bits of one that is not.
@Suite struct ResumeTests {
  /// A configuration with what makes it hard to go on: moments, dropout, clipping, rates that
  /// change, ragged batches, windows of a text; 12 steps that end within an epoch.
  struct Setting: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let model: TrainerModel
    let overrides: [String]

    func config(_ more: [String] = []) throws -> TrainingConfig {
      try model.config(overrides + ["training.steps=12", "training.epochs=9"] + more)
    }
  }

  static let settings = [
    Setting(
      testDescription: "Nesterov momentum", model: .mlp,
      overrides: ["data.samples=40", "training.schedule=cosine", "training.warmup_steps=3"]),
    Setting(
      testDescription: "AdamW, dropout, clipping, a tied weight", model: .gpt,
      overrides: ["data.samples=40"]),
    Setting(testDescription: "ragged batches, dropout", model: .ragged, overrides: []),
    Setting(
      testDescription: "plain SGD, a graph with skips", model: .skip,
      overrides: ["training.momentum=0", "data.samples=40"]),
    Setting(
      testDescription: "AdamW, convolutions, a rate that falls", model: .lenet,
      overrides: [
        "data.samples=40",
        "training={batch: 8, microbatches: 4, optimizer: adamw, learning_rate: 0.001, schedule: cosine}",
      ]),
    Setting(testDescription: "running values", model: .resnet, overrides: []),
    Setting(
      testDescription: "windows of a text", model: .gpt,
      overrides: [
        "data={name: text, path: \(#filePath), train_samples: 40, test_samples: 8}",
        "model.context=5",
      ]),
  ]

  static let plans: [(ranks: Int, overrides: [String])] = [
    (1, ["parallel.stages=1"]),
    (2, ["parallel.stages=2", "parallel.replicas=1", "parallel.recompute={stages: [0]}"]),
    (
      3,
      [
        "parallel.replicas=[2, 1]", "parallel.stages=2", "parallel.schedule=zb-h1",
        "parallel.recompute=all",
      ]
    ),
    (4, ["parallel.replicas=2", "parallel.stages=2", "parallel.schedule=gpipe"]),
  ]

  /// Stopped at every step and taken up by every number of ranks.
  @Test(arguments: settings) func anyPlanGoesOn(_ setting: Setting) throws {
    let whole = try Self.train(setting.config(Self.plans[0].overrides), ranks: 1)[0].outcome
    try #require(Set(whole.losses).count == 12)
    let folder = try TemporaryFolder()
    for stop in 1..<12 {
      let (ranks, overrides) = Self.plans[stop % 4]
      let run = folder.file("from-\(stop)")
      let first = try Self.train(
        setting.config(overrides), ranks: ranks, folder: run, stop: stop)
      #expect(first.allSatisfy { $0.stoppedAfter == stop })
      for (ranks, overrides) in Self.plans {
        let rest = try Self.train(
          setting.config(overrides), ranks: ranks, resuming: run, folder: run)
        for (rank, rest) in rest.enumerated() {
          let joined = first[0].outcome.followed(by: rest.outcome)
          #expect(
            joined.difference(from: whole, rank: rank) == nil,
            "stopped after \(stop), taken up on \(ranks)")
        }
      }
    }
  }

  /// Many stops in one run, and checkpoints of its own between them.
  @Test func anyNumberOfStops() throws {
    let setting = Self.settings[1]
    let whole = try Self.train(setting.config(), ranks: 1)[0].outcome
    let folder = try TemporaryFolder()
    let run = folder.file("run")
    var soFar = TrainerOutcome()
    for stop in 1...12 {
      let (ranks, overrides) = Self.plans[stop % 4]
      let part = try Self.train(
        setting.config(overrides + ["output.checkpoint={every_steps: 1, keep: 2}"]), ranks: ranks,
        resuming: stop == 1 ? nil : run, folder: run, stop: stop)
      soFar = soFar.followed(by: part[0].outcome)
    }
    #expect(soFar.difference(from: whole, rank: 0) == nil)
  }

  /// The bytes of a checkpoint know nothing of the plan.
  @Test(arguments: settings) func everyPlanWritesTheSameBytes(_ setting: Setting) throws {
    let folder = try TemporaryFolder()
    var digests: Set<[String]> = []
    for (ranks, overrides) in Self.plans {
      let run = folder.file("run-\(ranks)")
      _ = try Self.train(setting.config(overrides), ranks: ranks, folder: run, stop: 5)
      let checkpoint = "\(run)/checkpoints/step-000000005"
      digests.insert(
        try entries(of: checkpoint).map { name in
          "\(name) \(SHA256.hexadecimal(of: try readFile("\(checkpoint)/\(name)")))"
        })
    }
    #expect(digests.count == 1)
    #expect(digests.first?.count ?? 0 >= 5)
  }

  /// Ranks that don't see the folder have their parts carried to rank 0, and from there.
  @Test func blindRanks() throws {
    let setting = Self.settings[1]
    let whole = try Self.train(setting.config(), ranks: 1)[0].outcome
    let folder = try TemporaryFolder()
    let (ranks, overrides) = Self.plans[3]
    for sees in [
      [true, false, false, false], [true, false, true, false], [true, true, false, false],
    ] {
      let run = folder.file("run")
      let first = try Self.train(
        setting.config(overrides), ranks: ranks, folder: run, stop: 7, sees: sees)
      let rest = try Self.train(
        setting.config(overrides), ranks: ranks, resuming: run, folder: run, sees: sees)
      let joined = first[0].outcome.followed(by: rest[0].outcome)
      #expect(joined.difference(from: whole, rank: 0) == nil, "\(sees)")
      removeTree(run)
    }
  }

  /// A checkpoint that can't be written is no end: the training goes on, and older ones stay.
  @Test func aCheckpointThatCannotBeWritten() throws {
    let setting = Self.settings[0]
    let whole = try Self.train(setting.config(), ranks: 1)[0].outcome
    let folder = try TemporaryFolder()
    let run = folder.file("run")
    // A file stands where the folder of checkpoints should be.
    try AtomicText.write("", to: "\(run)/checkpoints")
    let parts = try Self.train(
      setting.config(Self.plans[3].overrides + ["output.checkpoint={every_steps: 4}"]), ranks: 4,
      folder: run)
    #expect(parts[0].outcome.difference(from: whole, rank: 0) == nil)
    #expect(parts.allSatisfy { $0.checkpoints == [4: false, 8: false, 12: false] })
    #expect(
      parts.contains { part in part.complaints.contains { $0.contains("can't be written") } })
  }

  // MARK: Running

  /// What one rank saw of a run, or of a part of it.
  struct Part: Sendable {
    var outcome = TrainerOutcome()
    var stoppedAfter: Int?
    /// Whether the checkpoint of each step is sound.
    var checkpoints: [Int: Bool] = [:]
    var complaints: [String] = []
  }

  /// Trains on threads, one a rank, from a run's newest checkpoint or from the start, to a step or to
  /// the end.
  static func train(
    _ config: TrainingConfig, ranks: Int, resuming run: String? = nil, folder: String? = nil,
    stop: Int? = nil, sees: [Bool]? = nil
  ) throws -> [Part] {
    let dataset = try config.loadData()
    let sees = sees ?? Array(repeating: true, count: ranks)
    let experiment = try Experiment(config, data: dataset.description, worldSize: ranks)
    return try LoopbackTransport.run(ranks: ranks) { transport in
      let point = try run.flatMap {
        try ResumePoint.newest(at: $0, over: transport, sees: sees) { _ in }
      }
      if run != nil, point == nil { throw NoCheckpoint() }
      let trainer = try Trainer(
        experiment, dataset: dataset, device: CPUDevice(), transport: transport,
        from: point.map { .checkpoint($0, sees: sees) } ?? .beginning)
      var part = Part()
      var control = RunControl()
      control.place = folder.map { RunControl.Place(folder: $0, sees: sees, dataDigest: nil) }
      let steps = Atomic(point?.step ?? 0)
      // One rank alone is asked, each time another.
      control.isStopRequested = {
        let step = steps.load(ordering: .relaxed)
        return step + 1 == stop && transport.rank == step % ranks
      }
      let complaints = Mutex<[String]>([])
      control.complain = { words in complaints.withLock { $0.append(words) } }
      let ending = try trainer.run(control) { event in
        part.outcome.observe(event)
        if case .step(let step) = event { steps.store(step.step, ordering: .relaxed) }
        if case .checkpoint(let step, let isSound) = event { part.checkpoints[step] = isSound }
      }
      part.stoppedAfter = ending.stopped?.step
      part.complaints = complaints.withLock { $0 }
      return part
    }
  }

  private struct NoCheckpoint: Error {}
}
