public import PartitaConfig
public import PartitaPlan
public import PartitaReport
internal import PartitaSchedule
internal import PartitaSimulator
internal import PartitaTraining

/// What the simulator expects of a configuration on a cluster that isn't there.
public struct BeyondMachine {
  private let config: TrainingConfig
  private let cluster: Cluster
  private let isWeak: Bool
  private let serialSeconds: Double

  /// Predicts one rank of the cluster, to compare with.
  ///
  /// - Parameters:
  ///   - config: what would run.
  ///   - cluster: the machines, as many as each forecast needs.
  ///   - isWeak: whether the batch grows with the ranks.
  /// - Throws: `ConfigError`, `DataError` or `TrainingError` where the configuration can't run on one
  ///   rank, `ProfileError` where the cluster doesn't say what its layers cost.
  public init(_ config: TrainingConfig, cluster: Cluster, isWeak: Bool) throws {
    self.config = config
    self.cluster = cluster
    self.isWeak = isWeak
    let serial = try ScalingCase(config, ranks: 1, isWeak: isWeak, isOneBatch: true)
    serialSeconds = try Self.seconds(serial, on: cluster)
  }

  /// Predicts a step on `ranks` ranks; with as many gradient groups, microbatches and hosts as they
  /// need.
  /// - Throws: `TrainingError.plan` where the model can't be cut for so many.
  public func forecast(ranks: Int) throws -> ScalingReport.Simulated {
    var groups = config.training.gradientGroups
    while groups < ranks { groups *= 2 }
    let batch = config.training.batch * (isWeak ? ranks : 1)
    // No microbatch is smaller than a sample.
    while groups > batch, groups > 1 { groups /= 2 }
    let microbatches = max(config.training.microbatches * (isWeak ? ranks : 1), groups)
    // The batch has grown already: for the case it is a strong one.
    let scalingCase = try ScalingCase(
      config.with(batch: batch, microbatches: microbatches, gradientGroups: groups),
      ranks: ranks, isWeak: false, isOneBatch: true)
    let seconds = try Self.seconds(scalingCase, on: cluster.grown(toDevices: ranks))
    let ideal = isWeak ? serialSeconds : serialSeconds / Double(ranks)
    return ScalingReport.Simulated(
      ranks: ranks, cluster: cluster.name, plan: "\(scalingCase.experiment.plan)",
      seconds: seconds, efficiency: ideal / seconds)
  }

  private static func seconds(_ scalingCase: ScalingCase, on cluster: Cluster) throws -> Double {
    try Simulation(of: scalingCase.experiment, profile: nil, cluster: cluster).prediction
      .makespanSeconds
  }
}
