public import PartitaConfig
internal import PartitaData
public import PartitaTraining

/// One number of ranks of a scaling study: what will run there.
public struct ScalingCase: Sendable {
  /// The number of ranks.
  public let ranks: Int
  /// What is decided before anything starts; its configuration is what is launched.
  public let experiment: Experiment

  /// Where the configuration's file names stages, replicas or cuts that don't make so many ranks,
  /// they are left to the number of ranks; what was changed since it was read stands. In weak scaling
  /// batch and microbatches are multiplied by the ranks; synthetic data grows where a batch would be
  /// larger than it.
  /// - Parameters:
  ///   - config: the study's.
  ///   - ranks: those of this case.
  ///   - isWeak: whether the batch grows with the ranks.
  ///   - isOneBatch: whether the data is taken to be one batch, for a prediction, which needs no more.
  /// - Throws: `ConfigError`, `DataError` or `TrainingError`, with what would fit.
  public init(
    _ config: TrainingConfig, ranks: Int, isWeak: Bool, isOneBatch: Bool = false
  ) throws {
    let config = isWeak ? try Self.grown(config, ranks: ranks) : config
    func plan(_ config: TrainingConfig) throws -> Experiment {
      let data = try config.describeData()
      return try Experiment(
        config, data: isOneBatch ? data.asOneBatch(of: config.training.batch) : data,
        worldSize: ranks)
    }
    self.ranks = ranks
    do {
      experiment = try plan(config)
    } catch TrainingError.plan {
      experiment = try plan(config.withOpenPlan())
    }
  }

  private static func grown(_ config: TrainingConfig, ranks: Int) throws -> TrainingConfig {
    let batch = config.training.batch * ranks
    let grown = try config.with(
      batch: batch, microbatches: config.training.microbatches * ranks)
    guard config.data.holding(atLeast: batch) != config.data else { return grown }
    return try grown.with(syntheticSamples: batch)
  }
}
