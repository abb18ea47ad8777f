internal import PartitaConfig
internal import PartitaData
public import PartitaTraining

/// One number of ranks of a scaling study: what will run there.
public struct ScalingCase: Sendable {
  /// The number of ranks.
  public let ranks: Int
  /// What this case changes in the configuration, the user's own overrides among it.
  public let overrides: [String]
  /// What is decided before anything starts.
  public let experiment: Experiment

  /// Plans a case.
  ///
  /// Where the configuration names stages, replicas or cuts that don't make so many ranks, they are
  /// left to the number of ranks; what `overrides` says of them stands. In weak scaling batch and
  /// microbatches are multiplied by the ranks; synthetic data grows where a batch would be larger
  /// than it.
  /// - Parameters:
  ///   - path: the configuration's file.
  ///   - overrides: the user's, `key.path=value`.
  ///   - isOneBatch: whether the data is taken to be one batch, for a prediction, which needs no
  ///     more.
  /// - Throws: `ConfigError`, `DataError` or `TrainingError`, with what would fit.
  public init(
    path: String, overrides: [String], ranks: Int, isWeak: Bool, isOneBatch: Bool = false
  ) throws {
    let config = try TrainingConfig(contentsOf: path, overrides: overrides)
    let growth = isWeak ? Self.growth(of: config, ranks: ranks) : []
    func plan(_ all: [String]) throws -> Experiment {
      let config = try TrainingConfig(contentsOf: path, overrides: all)
      let data = try config.describeData()
      return try Experiment(
        config, data: isOneBatch ? data.asOneBatch(of: config.training.batch) : data,
        worldSize: ranks)
    }
    let asIs = overrides + growth
    let open =
      ["parallel.stages=", "parallel.replicas=", "parallel.cuts="] + overrides + growth
    self.ranks = ranks
    do {
      experiment = try plan(asIs)
      self.overrides = asIs
    } catch TrainingError.plan {
      experiment = try plan(open)
      self.overrides = open
    }
  }

  private static func growth(of config: TrainingConfig, ranks: Int) -> [String] {
    let batch = config.training.batch * ranks
    var growth = [
      "training.batch=\(batch)", "training.microbatches=\(config.training.microbatches * ranks)",
    ]
    if config.data.holding(atLeast: batch) != config.data {
      growth.append("data.samples=\(batch)")
    }
    return growth
  }
}
