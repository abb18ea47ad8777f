import PartitaConfig
import PartitaData
import PartitaDevice
import PartitaGraph
import PartitaPlan
import PartitaRuntime
import PartitaTraining
import PartitaTransport
import TestDevices
import Testing

/// The training loop on threads: it ends on all ranks, and keeps the runtime's laws.
@Suite struct TrainerTests {
  /// A plan that a configuration can ask for.
  struct Shape: CustomTestStringConvertible, Sendable {
    let replicas: String
    var schedule = "1f1b"
    var virtual = 1
    var testDescription: String { "\(replicas), \(schedule), \(virtual) stages a rank" }

    var columns: Int { replicas.split(separator: ",").count }
    var ranks: Int { replicas.compactMap(\.wholeNumberValue).reduce(0, +) }
    var overrides: [String] {
      [
        "parallel.replicas=\(replicas)", "parallel.stages=\(columns * virtual)",
        "parallel.schedule=\(schedule)", "parallel.virtual=\(virtual)",
      ]
    }
  }

  static let shapes = [
    Shape(replicas: "[2]"), Shape(replicas: "[1, 1]", schedule: "gpipe"),
    Shape(replicas: "[1, 1]", schedule: "interleaved-1f1b", virtual: 2),
    Shape(replicas: "[3, 1]", schedule: "zb-h1"), Shape(replicas: "[1, 2, 1]"),
  ]

  /// Law 2: a configuration has the same bits for every plan; and law 7 of the house: the host
  /// never touches a device's memory, for the device is one that bites.
  @Test(arguments: TrainerModel.everyPrecision, shapes)
  func everyPlanHasTheBitsOfOneRank(_ model: TrainerModel, _ shape: Shape) throws {
    let serial = try TrainerOutcome.train(model.config(), ranks: 1)[0]
    try #require(Set(serial.losses).count == 4 && !serial.epochs.isEmpty && !serial.weights.isEmpty)
    for isGuarded in [false, true] {
      let outcomes = try TrainerOutcome.train(
        model.config(shape.overrides), ranks: shape.ranks,
        device: { isGuarded ? GuardedDevice() as any Device : CPUDevice() })
      for (rank, outcome) in outcomes.enumerated() {
        #expect(outcome.difference(from: serial, rank: rank) == nil, "guarded: \(isGuarded)")
      }
    }
  }

  /// Law 2 with values made again, and backward passes that are split, in mixed precision.
  @Test(arguments: TrainerModel.all.map(\.rounded), ["1f1b", "zb-h1"])
  func valuesMadeAgainHaveTheSameBits(_ model: TrainerModel, schedule: String) throws {
    let serial = try TrainerOutcome.train(model.config(), ranks: 1)[0]
    let outcomes = try TrainerOutcome.train(
      model.config([
        "parallel.stages=2", "parallel.recompute=all", "parallel.schedule=\(schedule)",
      ]), ranks: 2)
    for (rank, outcome) in outcomes.enumerated() {
      #expect(outcome.difference(from: serial, rank: rank) == nil)
    }
  }

  /// Law 2 where replicas share the update of weights that are rounded for products.
  @Test(arguments: TrainerModel.all.map(\.rounded), ["[2]", "[3]", "[2, 1]"])
  func sharedUpdatesHaveTheSameBits(_ model: TrainerModel, replicas: String) throws {
    let serial = try TrainerOutcome.train(model.config(), ranks: 1)[0]
    let stages = replicas.split(separator: ",").count
    let ranks = replicas.compactMap(\.wholeNumberValue).reduce(0, +)
    let outcomes = try TrainerOutcome.train(
      model.config([
        "parallel.stages=\(stages)", "parallel.replicas=\(replicas)",
        "parallel.sharded_update=true",
      ]), ranks: ranks)
    for (rank, outcome) in outcomes.enumerated() {
      #expect(outcome.difference(from: serial, rank: rank) == nil)
    }
  }

  /// Mixed precision is near float32, and isn't it.
  @Test(arguments: TrainerModel.all) func mixedPrecisionIsNearFloat32(_ model: TrainerModel) throws
  {
    let whole = try TrainerOutcome.train(model.config(), ranks: 1)[0]
    let rounded = try TrainerOutcome.train(model.rounded.config(), ranks: 1)[0]
    #expect(rounded.losses != whole.losses)
    for (a, b) in zip(rounded.losses, whole.losses) { #expect(abs(a - b) <= 0.02 * abs(b)) }
  }

  @Test(arguments: TrainerModel.everyPrecision, [2])
  func aGuardedDeviceCanBeProfiled(_ model: TrainerModel, ranks: Int) throws {
    let config = try model.config(["parallel.stages=1"])
    let dataset = try config.loadData()
    let experiment = try Experiment(config, data: dataset.description, worldSize: 1)
    let profiles = try LoopbackTransport.run(ranks: ranks) { transport in
      let device = GuardedDevice()
      let profile = try Profiler(
        experiment, dataset: dataset, device: device, transport: transport
      ).measure(repeats: 1)
      #expect(device.openLoans == 0)
      return profile
    }
    for profile in profiles {
      #expect(profile.device.hasPrefix("guarded CPU"))
      #expect(profile.layers.count == experiment.training.graph.layers.count)
      #expect(profile.messages?.ranks == ranks)
    }
  }

  @Test(arguments: ["[1]", "[2]", "[1, 1]", "[2, 1]", "[1, 1, 2]"])
  func aLossThatIsNoNumberEndsAllRanksAtTheSameStep(replicas: String) throws {
    let stages = replicas.split(separator: ",").count
    let config = try TrainerModel.mlp.config([
      "training.learning_rate=1e30", "parallel.replicas=\(replicas)", "parallel.stages=\(stages)",
    ])
    let ranks = replicas.compactMap(\.wholeNumberValue).reduce(0, +)
    let dataset = try config.loadData()
    let experiment = try Experiment(config, data: dataset.description, worldSize: ranks)
    let ends = try LoopbackTransport.run(ranks: ranks) { transport -> Int? in
      let trainer = try Trainer(
        experiment, dataset: dataset, device: CPUDevice(), transport: transport)
      do {
        try trainer.run { _ in }
      } catch TrainingError.notFinite(let step, _, _) {
        return step
      }
      return nil
    }
    #expect(ends.count == ranks)
    let step = try #require(ends[0])
    #expect(step > 1)
    #expect(ends.allSatisfy { $0 == step })
  }
}
