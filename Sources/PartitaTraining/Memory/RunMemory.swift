internal import PartitaConfig
internal import PartitaData
public import PartitaDevice
public import PartitaGraph
internal import PartitaPlan
internal import PartitaRuntime
public import PartitaSchedule

/// What the memory of a run is for, on every rank, when it trains and when it predicts.
///
/// Prediction is the network's forward pass over batches of the same size under the same plan.
public struct RunMemory: Sendable {
  /// Samples of a batch.
  public let batch: Int
  /// Samples of the largest microbatch.
  public let microbatch: Int
  /// The networks that the accounts are of.
  public let trained, predicting: ModelGraph
  /// The account of every rank that trains.
  public let training: [MemoryAccount]
  /// The account of every rank that predicts.
  public let prediction: [MemoryAccount]

  /// Weighs a run.
  ///
  /// Complexity: that of compiling every rank's lists, and O(values · microbatches).
  /// - Parameters:
  ///   - experiment: the run.
  ///   - device: where it would run; it says what kernels need for themselves.
  /// - Throws: `DeviceError` for an operation that the device doesn't know, `TrainingError` for a plan
  ///   that can't predict.
  public init(_ experiment: Experiment, device: any Device) throws {
    batch = experiment.batches.batch
    let forward = try experiment.forwardProgram(
      microbatchSizes: experiment.mainProgram.microbatchSizes)
    microbatch = experiment.mainProgram.microbatchSizes.max() ?? 0
    trained = experiment.mainStagedProgram.staged.model
    predicting = forward.staged.model
    let (main, programs) = (experiment.mainIndex, experiment.programs)
    training = try (0..<experiment.plan.worldSize).map {
      try RankRuntime.account(programs, ofProgram: main, rank: $0, device: device)
    }
    prediction = try (0..<experiment.plan.worldSize).map {
      try RankRuntime.account([forward], ofProgram: 0, rank: $0, device: device)
    }
  }
}

extension Experiment {
  /// The program that predicts a batch under the run's plan, as an evaluation does.
  ///
  /// - Parameter microbatchSizes: the samples of each microbatch.
  /// - Throws: `GraphError` where the network for evaluation can't be cut so.
  func forwardProgram(microbatchSizes: [Int]) throws(GraphError) -> StagedProgram {
    let staged = try StagedModel(
      evaluation, stageOfLayer: plan.stageOfLayer, stageCount: plan.stages.count)
    let filled = microbatchSizes.indices.filter { microbatchSizes[$0] > 0 }
    return StagedProgram(
      staged, ScheduleTable(ForwardOnly(), plan: plan, microbatches: filled),
      microbatchSizes: microbatchSizes)
  }

  /// The programs of batches of another size under the run's plan: it trains, and evaluates, whole
  /// batches.
  ///
  /// - Parameter samples: samples of each microbatch, above 0.
  /// - Throws: `GraphError` where the network for evaluation can't be cut so.
  func programs(microbatchesOf samples: Int) throws -> [StagedProgram] {
    let sizes = Array(repeating: samples, count: config.training.microbatches)
    let main = mainStagedProgram
    return [
      StagedProgram(main.staged, try main.program.table, microbatchSizes: sizes),
      try forwardProgram(microbatchSizes: sizes),
    ]
  }
}
