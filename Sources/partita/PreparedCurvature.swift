import Foundation
import PartitaConfig
import PartitaCurvature
import PartitaData
import PartitaDevice
import PartitaPlan
import PartitaSimulator
import PartitaStudy
import PartitaTraining
import PartitaTransport

/// A network made ready on this rank to be asked for its curvature; all that ranks found out by themselves
/// has been compared.
struct PreparedCurvature {
  let experiment: Experiment
  private let space: Space
  let cost: CurvatureCost
  /// Seconds that the study will take; nil where nobody knows.
  let foretoldSeconds: Double?
  /// The file that the weights are of; nil for those that a training begins with.
  let weights: String?

  /// Where products are made.
  private enum Space {
    case device(HessianSpace)
    case exact(GraphSpace)
  }

  /// By what it is foretold how long it takes.
  enum Foretelling {
    /// By what layers, messages and vectors take here.
    case measured
    /// By what is computed from operations and bytes.
    case analytic
  }

  /// Prepares this rank's part; every rank must.
  ///
  /// - Parameters:
  ///   - config: the run.
  ///   - weights: the file of the network's weights; nil for those that a training begins with.
  ///   - request: what is asked.
  ///   - seed: of random vectors; nil takes the run's.
  ///   - session: the ranks.
  ///   - foretelling: by what.
  init(
    _ config: TrainingConfig, weights: String?, _ request: CurvatureRequest, seed: UInt64?,
    _ session: RankSession, foretelling: Foretelling
  ) throws {
    let transport = session.transport
    let (description, experiment) = try session.prepare {
      let description = try config.describeData()
      // A plan's file is for the run that trains.
      let choice = try Blueprint(config, data: description).choiceOfFile()
      let blueprint = try Blueprint(config, data: description, step: .curvature)
      return (
        description, try Experiment(blueprint, worldSize: transport.size, choice: choice)
      )
    }
    let cost = try session.prepare { try Self.cost(experiment, request, numberBytes: 4) }
    try session.prepare {
      guard let available = AvailableMemory.bytes else { return }
      try experiment.checkMemory(
        of: request, ranks: session.host.places, available: available, device: makeDevice())
    }
    try session.agree(on: experiment.facts(description, program: experiment.programDigest))
    let measures = foretelling == .measured
    let (dataset, polls) = try session.prepare {
      (
        measures || experiment.readsData(rank: transport.rank) ? try config.loadData() : nil,
        try session.startProgress(config.parallel.progress) != .waiting
      )
    }
    try session.agree(on: [Dataset.fact(dataset, of: config)])
    let profile = try Self.profile(
      experiment, dataset: measures ? dataset : nil, description, session)
    let simulated = try session.prepare {
      try Simulation(
        of: experiment, profile: profile,
        cluster: measures ? nil : .reference(devices: transport.size)
      ).prediction.makespanSeconds
    }
    let space = try session.prepare {
      try HessianSpace(
        experiment, dataset: dataset, weights: weights, seed: seed ?? config.seed,
        device: makeDevice(), transport: transport, pollsBetweenKernels: polls)
    }
    try session.agree(on: [space.weightsFact])
    var seconds = simulated * Double(request.products(dimension: space.dimension))
    if measures {
      try session.perform {
        seconds = try space.seconds(of: request, stepSeconds: simulated)
      }
    }
    self.experiment = experiment
    self.space = .device(space)
    self.cost = cost
    foretoldSeconds = seconds
    self.weights = weights
  }

  /// Prepares the same in Float64, by the oracle, on the only rank; how long it takes nobody knows.
  ///
  /// - Parameters:
  ///   - config: the run.
  ///   - weights: the file of the network's weights; nil for those that a training begins with.
  ///   - request: what is asked.
  ///   - seed: of random vectors; nil takes the run's.
  init(
    exactly config: TrainingConfig, weights: String?, _ request: CurvatureRequest, seed: UInt64?
  ) throws {
    let config = try config.with(parallel: .serial)
    let blueprint = try Blueprint(config, data: config.describeData(), step: .curvature)
    experiment = try Experiment(blueprint, worldSize: 1)
    cost = try Self.cost(experiment, request, numberBytes: 8)
    space = .exact(
      try GraphSpace(
        blueprint, dataset: config.loadData(), weights: weights, seed: seed ?? config.seed))
    foretoldSeconds = nil
    self.weights = weights
  }

  /// Studies; every rank must.
  func study(
    _ request: CurvatureRequest, observe: (Int) throws -> Void
  ) throws -> CurvatureStudy {
    switch space {
    case .device(let space): try CurvatureStudy(request, of: space, observe: observe)
    case .exact(let space): try CurvatureStudy(request, of: space, observe: observe)
    }
  }

  private static func cost(
    _ experiment: Experiment, _ request: CurvatureRequest, numberBytes: Int
  ) throws -> CurvatureCost {
    let batches = experiment.batches
    return try CurvatureCost(
      of: experiment.training, request,
      microbatches: batches.sliceSizes(ofBatchOf: batches.batch).filter { $0 > 0 },
      numberBytes: numberBytes)
  }

  /// What the layers of products cost on these ranks, where that is measured.
  private static func profile(
    _ experiment: Experiment, dataset: Dataset?, _ description: DataDescription,
    _ session: RankSession
  ) throws -> Profile? {
    guard let dataset else { return nil }
    // Of a short step the parts are known only when they are seen often, and as a whole.
    let isLong = experiment.usualSeconds > 0.005
    let profiler = try session.prepare {
      let serial = try Experiment(
        Blueprint(
          experiment.config.with(parallel: .serial), data: description, step: .curvature),
        worldSize: 1)
      return try Profiler(
        serial, dataset: dataset, device: makeDevice(), transport: session.transport,
        isQuick: isLong)
    }
    var profile: Profile?
    try session.perform { profile = try profiler.measure(repeats: isLong ? nil : 50) }
    return profile
  }
}
