import PartitaConfig
import PartitaData
import PartitaDevice
import PartitaGraph
import PartitaPlan
import PartitaStepPlanner
import PartitaTraining
import PartitaTransport
import Testing

/// Plans that run side by side keep the bits of each, and all ranks get the same numbers.
@Suite struct RaceTests {
  private static let shapes: [(name: String, settings: [String])] = [
    ("pipeline", ["parallel.stages=2", "parallel.replicas=1"]),
    ("replicas", ["parallel.stages=1", "parallel.replicas=2"]),
    ("split", ["parallel.stages=2", "parallel.replicas=1", "parallel.schedule=zb-h1"]),
  ]

  private func outcomes(_ model: TrainerModel, measuresCosts: Bool) throws -> [RaceOutcome] {
    try LoopbackTransport.run(ranks: 2) { transport in
      let entries = try Self.shapes.map { shape in
        let config = try model.config(shape.settings)
        return RaceEntry(
          name: shape.name,
          experiment: try Experiment(config, data: config.describeData(), worldSize: 2))
      }
      let race = try Race(
        entries, dataset: model.config().loadData(), transport: transport,
        measuresCosts: measuresCosts, pollsBetweenKernels: true, device: { CPUDevice() })
      return try race.run(seconds: 0, fewestRounds: 2)
    }
  }

  /// Law 2: every plan ends with the same weights, which a race checks, and rank 1 knows what rank 0
  /// does.
  @Test(arguments: [TrainerModel.mlp, .skip, .gpt])
  func plansKeepTheirBits(model: TrainerModel) throws {
    let outcomes = try outcomes(model, measuresCosts: false)
    for outcome in outcomes {
      #expect(outcome.plans.map(\.name) == Self.shapes.map(\.name))
      #expect(Set(outcome.plans.map(\.weightsSHA256)).count == 1)
      #expect(outcome.plans[0].weightsSHA256.count == 64)
      #expect(outcome.plans.allSatisfy { $0.turns.count == outcome.rounds && $0.seconds > 0 })
      #expect(outcome.plans.map(\.turns) == outcomes[0].plans.map(\.turns))
      #expect(outcome.plans.allSatisfy { $0.predicted == nil })
      #expect(outcome.rounds >= 2)
    }
  }

  /// Law 2: so does a pipeline that runs upstream through the ranks.
  @Test func theOrderOfRanksKeepsBits() throws {
    let model = TrainerModel.gpt
    let digests = try LoopbackTransport.run(ranks: 2) { transport in
      let config = try model.config(["parallel.stages=2", "parallel.replicas=1"])
      let blueprint = try Blueprint(config, data: config.describeData())
      let forward = try Experiment(blueprint, worldSize: 2)
      let plan = try Plan(
        stages: forward.plan.stages.map { stage in
          Plan.Stage(layers: stage.layers, ranks: stage.ranks.map { 1 - $0 })
        }, gradientGroups: forward.plan.gradientGroups,
        layerCount: blueprint.training.graph.layers.count)
      let backward = try Experiment(
        blueprint, worldSize: 2, choice: StepChoice(plan: plan, order: .named("1f1b")))
      let race = try Race(
        [
          RaceEntry(name: "forward", experiment: forward),
          RaceEntry(name: "backward", experiment: backward),
        ], dataset: config.loadData(), transport: transport, measuresCosts: false,
        pollsBetweenKernels: true, device: { CPUDevice() })
      return try race.run(seconds: 0, fewestRounds: 1).plans.map(\.weightsSHA256)
    }
    #expect(Set(digests.joined()).count == 1)
  }

  /// The memory that is stated is that of all arenas, the twin's too.
  @Test func memoryIsThatOfAllArenas() throws {
    let outcome = try outcomes(.mlp, measuresCosts: false)[0]
    let bytes = outcome.plans.map(\.arenaBytes)
    #expect(
      outcome.arenaBytes
        == (0..<2).map { rank in
          bytes[0][rank] + bytes.reduce(0) { $0 + $1[rank] }
        })
  }

  /// Costs that were measured between the rounds predict every plan.
  @Test func costsPredictEveryPlan() throws {
    let outcome = try outcomes(.mlp, measuresCosts: true)[0]
    #expect(outcome.plans.allSatisfy { ($0.predicted ?? 0) > 0 })
  }

  /// A machine that is slower in some rounds makes no prediction wrong: rounds are compared one by one.
  @Test func predictionsArePaired() {
    let exact = Race.predicted(1, turns: [1, 4, 2], slowness: [1, 4, 2])
    #expect(exact == 2)
    let tenthTooSlow = Race.predicted(1, turns: [1.1, 4.4, 2.2], slowness: [1, 4, 2])
    #expect(abs(tenthTooSlow - 2) < 1e-12)
  }

  /// A difference is found between runs of the same bits alone, at its first place.
  @Test func differencesAreFound() {
    let same = ["a", "b", "a"]
    #expect(Race.difference([[1, 2, 3], [9, 9, 9], [1, 2, 3]], among: same) == nil)
    let found = Race.difference([[1, 2, 3], [9, 9, 9], [1, 5, 4]], among: same)
    #expect(found.map { [$0.one, $0.other, $0.place] } == [0, 2, 1])
  }
}
