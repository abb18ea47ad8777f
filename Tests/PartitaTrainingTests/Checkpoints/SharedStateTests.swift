import PartitaConfig
import PartitaDevice
import PartitaFiles
import PartitaSchedule
import PartitaTraining
import TestFiles
import Testing

/// Checkpoints of runs whose replicas share updates know nothing of it.
@Suite struct SharedStateTests {
  private static let plans: [(ranks: Int, overrides: [String])] = [
    (1, ["parallel.stages=1"]),
    (2, ["parallel.stages=1", "parallel.replicas=2"]),
    (2, ["parallel.stages=1", "parallel.replicas=2", "parallel.sharded_update=true"]),
    (3, ["parallel.stages=1", "parallel.replicas=3", "parallel.sharded_update=true"]),
    (
      4,
      ["parallel.stages=2", "parallel.replicas=2", "parallel.sharded_update=true"]
    ),
    (3, ["parallel.stages=2", "parallel.replicas=[2, 1]", "parallel.sharded_update=true"]),
  ]

  private func config(_ model: TrainerModel, _ overrides: [String]) throws -> TrainingConfig {
    try model.config(
      overrides + ["data.samples=40", "training.steps=6", "training.epochs=9"])
  }

  /// Written with shares and taken up without, with others, and the other way round.
  @Test(arguments: [TrainerModel.wide, .gpt, .mlp]) func anyPlanGoesOn(
    _ model: TrainerModel
  ) throws {
    let whole = try ResumeTests.train(config(model, Self.plans[0].overrides), ranks: 1)[0].outcome
    try #require(whole.losses.count == 6)
    let folder = try TemporaryFolder()
    var digests: Set<[String]> = []
    for (index, (ranks, overrides)) in Self.plans.enumerated() {
      let run = folder.file("from-\(index)")
      let first = try ResumeTests.train(
        config(model, overrides), ranks: ranks, folder: run, stop: 3)
      let checkpoint = "\(run)/checkpoints/step-000000003"
      digests.insert(
        try entries(of: checkpoint).map { name in
          "\(name) \(SHA256.hexadecimal(of: try readFile("\(checkpoint)/\(name)")))"
        })
      for (ranks, overrides) in Self.plans {
        let rest = try ResumeTests.train(
          config(model, overrides), ranks: ranks, resuming: run, folder: run)
        let joined = first[0].outcome.followed(by: rest[0].outcome)
        #expect(
          joined.difference(from: whole, rank: 0) == nil, "from \(index) on \(overrides)")
      }
    }
    #expect(digests.count == 1 && digests.first?.count ?? 0 >= 5)
  }

  /// Ranks that don't see the folder have their shares carried to rank 0, too.
  @Test func blindRanks() throws {
    let model = TrainerModel.wide
    let whole = try ResumeTests.train(config(model, Self.plans[0].overrides), ranks: 1)[0].outcome
    let folder = try TemporaryFolder()
    for (ranks, overrides) in Self.plans.dropFirst(2) {
      for seeing in 0..<1 << (ranks - 1) {
        let sees = (0..<ranks).map { $0 == 0 || seeing >> ($0 - 1) & 1 == 1 }
        let run = folder.file("run")
        let first = try ResumeTests.train(
          config(model, overrides), ranks: ranks, folder: run, stop: 4, sees: sees)
        let rest = try ResumeTests.train(
          config(model, overrides), ranks: ranks, resuming: run, folder: run, sees: sees)
        let joined = first[0].outcome.followed(by: rest[0].outcome)
        #expect(joined.difference(from: whole, rank: 0) == nil, "\(sees)")
        removeTree(run)
      }
    }
  }

  /// Each replica's arena is smaller by what the others remember.
  @Test func stateIsDividedByTheReplicas() throws {
    func experiment(_ ranks: Int, _ shares: Bool) throws -> Experiment {
      try Experiment(
        config(
          .wide,
          [
            "parallel.stages=1", "parallel.replicas=\(ranks)", "parallel.sharded_update=\(shares)",
          ]), ranks: ranks)
    }
    func stateBytes(_ experiment: Experiment) throws -> [Int] {
      try RunMemory(experiment, device: CPUDevice()).training.map { $0.bytes(.state) }
    }
    let state = try stateBytes(experiment(1, false))[0]
    #expect(state > 0)
    for ranks in 2...4 {
      let (with, without) = (try experiment(ranks, true), try experiment(ranks, false))
      let bytes = try [with, without].map(stateBytes)
      #expect(bytes[1].allSatisfy { $0 >= state })
      // To a block for each weight and moment.
      for own in bytes[0] { #expect(own <= state / ranks + 16 * 4 * 4096) }
      #expect(bytes[0].reduce(0, +) < state + 4096)
    }
  }
}
