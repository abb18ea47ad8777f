internal import PartitaConfig
public import PartitaPlan
internal import PartitaSchedule
internal import PartitaSimulator
internal import PartitaTraining

/// What the simulator expects of a configuration on a cluster that isn't there.
public struct BeyondMachine {
  /// A step on some of the cluster's devices.
  public struct Forecast: Hashable, Sendable {
    /// The number of ranks.
    public let ranks: Int
    /// As `8 x 4`.
    public let plan: String
    /// Seconds of a step.
    public let seconds: Double
    /// Parallel efficiency against one rank of the cluster.
    public let efficiency: Double
  }

  private let path: String
  private let overrides: [String]
  private let cluster: Cluster
  private let isWeak: Bool
  private let serialSeconds: Double

  /// Predicts one rank of the cluster, to compare with.
  ///
  /// - Parameters:
  ///   - path: the configuration's file.
  ///   - overrides: the user's.
  ///   - isWeak: whether the batch grows with the ranks.
  public init(path: String, overrides: [String], cluster: Cluster, isWeak: Bool) throws {
    self.path = path
    self.overrides = overrides
    self.cluster = cluster
    self.isWeak = isWeak
    let serial = try ScalingCase(
      path: path, overrides: overrides, ranks: 1, isWeak: isWeak, isOneBatch: true)
    serialSeconds = try Self.seconds(serial, on: cluster)
  }

  /// Predicts a step on `ranks` ranks; with as many gradient groups, microbatches and hosts as they
  /// need.
  public func forecast(ranks: Int) throws -> Forecast {
    let config = try TrainingConfig(contentsOf: path, overrides: overrides)
    var groups = config.training.gradientGroups
    while groups < ranks { groups *= 2 }
    let batch = config.training.batch * (isWeak ? ranks : 1)
    // No microbatch is smaller than a sample.
    while groups > batch, groups > 1 { groups /= 2 }
    let microbatches = max(config.training.microbatches * (isWeak ? ranks : 1), groups)
    // The batch has grown already: for the case it is a strong one.
    let scalingCase = try ScalingCase(
      path: path,
      overrides: overrides + [
        "training.gradient_groups=\(groups)", "training.microbatches=\(microbatches)",
        "training.batch=\(batch)",
      ], ranks: ranks, isWeak: false, isOneBatch: true)
    let seconds = try Self.seconds(scalingCase, on: cluster.grown(toDevices: ranks))
    let ideal = isWeak ? serialSeconds : serialSeconds / Double(ranks)
    return Forecast(
      ranks: ranks, plan: "\(scalingCase.experiment.plan)", seconds: seconds,
      efficiency: ideal / seconds)
  }

  private static func seconds(_ scalingCase: ScalingCase, on cluster: Cluster) throws -> Double {
    try Simulation(of: scalingCase.experiment, profile: nil, cluster: cluster).prediction
      .makespanSeconds
  }
}
