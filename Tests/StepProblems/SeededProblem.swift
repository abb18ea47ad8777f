internal import Foundation
internal import PartitaGraph
internal import PartitaPlan
internal import PartitaSchedule
public import PartitaStepPlanner
internal import TestModels

/// A small problem whose costs come of a seed.
public struct SeededProblem: Sendable, CustomStringConvertible {
  /// What its costs come of.
  public let seed: UInt64
  /// How many layers and ranks it has.
  public let layers, ranks: Int
  /// Whether its ranks lie on two hosts, and some are faster.
  public let isUneven: Bool
  /// Its microbatches; nil leaves 2 to 6 to the seed.
  public let microbatches: Int?
  public var description: String {
    "seed \(seed), \(layers) layers, \(ranks) \(isUneven ? "unequal ranks" : "ranks")"
      + (microbatches.map { ", \($0) microbatches" } ?? "")
  }

  /// A problem of some size.
  public init(
    seed: UInt64, layers: Int, ranks: Int, isUneven: Bool = false, microbatches: Int? = nil
  ) {
    self.seed = seed
    self.layers = layers
    self.ranks = ranks
    self.isUneven = isUneven
    self.microbatches = microbatches
  }

  /// Six that are small enough to try every order of actions; sixty for a proof.
  public static let tiny = (0..<(count > 20 ? 60 : 6)).map { seed in
    let (ranks, microbatches) = [(2, 2), (3, 2), (2, 3), (2, 2), (3, 2), (3, 3)][seed % 6]
    return SeededProblem(
      seed: UInt64(2000 + seed),
      layers: microbatches == 3 && ranks == 3 ? 3 : ranks + seed / 6 % (6 - ranks), ranks: ranks,
      microbatches: microbatches)
  }

  /// The same with unequal ranks on two hosts, where there are several.
  public static let uneven = all.filter { $0.ranks > 1 }.map {
    SeededProblem(seed: $0.seed, layers: $0.layers, ranks: $0.ranks, isUneven: true)
  }

  /// Two of 8 layers and 4 ranks, of which one is unequal; twenty for a proof.
  public static let large = (0..<(count > 20 ? 20 : 2)).map { seed in
    SeededProblem(seed: UInt64(1000 + seed), layers: 8, ranks: 4, isUneven: seed % 2 == 1)
  }

  /// Twenty of up to 5 layers and 3 ranks; as many as `PARTITA_PROOF` says.
  public static let all = (0..<count).map { seed in
    SeededProblem(seed: UInt64(seed), layers: 2 + seed % 4, ranks: 1 + seed / 4 % 3)
  }

  private static let count =
    ProcessInfo.processInfo.environment["PARTITA_PROOF"].flatMap { Int($0) } ?? 20

  /// The problem; every third one has a skip over its layers.
  ///
  /// - Parameters:
  ///   - pins: what must be as it is asked for.
  ///   - shardsUpdate: whether the replicas of a stage share its update.
  public func problem(
    pins: PlanPins = PlanPins(), shardsUpdate: Bool = false
  ) throws -> StepProblem {
    var random = SplitMix64(seed: 77 + seed)
    func seconds(_ most: Double) -> Timing {
      Timing(computed: 1e-6 + most * Double(random.next(below: 1000)) / 1000)
    }
    var descriptions = (0..<layers).map { index in
      LayerDescription(
        "layer\(index)", .linear(features: index + 1 < layers ? 4 + random.next(below: 5) : 3))
    }
    if seed % 3 == 0, layers > 3 {
      descriptions[1] = LayerDescription("layer1", .linear(features: 6))
      descriptions[2] = LayerDescription("layer2", .linear(features: 6))
      descriptions[3] = LayerDescription("layer3", .add, inputs: ["layer1", "layer2"])
      if layers == 4 { descriptions.append(LayerDescription("head", .linear(features: 3))) }
    }
    let model = try TestModel(
      "seeded", descriptions, input: .perSample([5]), classes: 3
    ).training()
    let staged = try StagedModel(layersOf: model)
    let bytes = LayerProfile.Bytes.all(of: staged)
    let drawn = 2 + random.next(below: 5)
    let microbatches = microbatches ?? drawn
    let profile = try Profile(
      kind: .analytic, device: "made up",
      setting: Profile.Setting(samples: 2, microbatches: microbatches, gradientGroups: 2, ranks: 1),
      layers: staged.stages.map { stage in
        let (input, weight) = (seconds(1e-3), seconds(1e-3))
        return LayerProfile(
          name: model.graph.layers[stage.index].name, bytes: bytes[stage.index],
          sizes: [
            LayerProfile.Size(
              samples: 2, fill: .zero, forward: seconds(1e-3), inputGradient: input,
              weightGradient: weight,
              backward: Timing(computed: input.median + weight.median * 0.9))
          ], addition: seconds(1e-5), update: seconds(1e-4), finish: .zero)
      }, step: Profile.Step(exchange: .zero, objective: .zero, action: seconds(1e-6)))
    let source: (Double) -> Cluster.Figure = { Cluster.Figure($0) }
    func cluster(
      hosts: Int, devices: Int, speeds: [Double] = []
    ) throws -> Cluster {
      try Cluster(
        name: "made up", hosts: hosts, devicesPerHost: devices,
        processor: Cluster.Processor(
          name: "core", flopsPerSecond: source(1e9), bytesPerSecond: source(1e9),
          memoryBytes: source(1e9)),
        withinHost: Cluster.Link(
          latencySeconds: source(1e-5), bytesPerSecond: source(1e8), eagerBytes: source(64)),
        acrossHosts: Cluster.Link(
          latencySeconds: source(1e-4), bytesPerSecond: source(1e6), eagerBytes: source(64)),
        speeds: speeds)
    }
    let speeds = (0..<4).map { _ in [0.5, 1, 1, 2][random.next(below: 4)] }
    return try StepProblem(
      layers: LayerCut(staged), profile: profile,
      cluster: isUneven
        ? cluster(hosts: 2, devices: 2, speeds: speeds) : cluster(hosts: 1, devices: 32),
      ranks: ranks,
      microbatchSizes: Array(repeating: 2, count: microbatches), gradientGroups: 2,
      shardsUpdate: shardsUpdate,
      pins: pins)
  }
}
