internal import PartitaConfig
internal import PartitaData
internal import PartitaGraph
public import PartitaPlan

extension Blueprint {
  /// What the layers cost by the roofline of a cluster's device.
  /// - Throws: `ProfileError`.
  public func analyticProfile(on cluster: Cluster) throws(ProfileError) -> Profile {
    try Profile(
      analytic: training, on: cluster, samples: batches.sliceSize,
      microbatches: config.training.microbatches, gradientGroups: config.training.gradientGroups)
  }
}

extension Experiment {
  /// What the layers cost by the roofline of a cluster's device.
  /// - Throws: `ProfileError`.
  public func analyticProfile(on cluster: Cluster) throws(ProfileError) -> Profile {
    try blueprint.analyticProfile(on: cluster)
  }

  /// Seconds of a step on one usual core, roughly: by operations and bytes alone.
  public var usualSeconds: Double {
    LayerGraph(training, samples: batches.sliceSize).secondsOnUsualCore.reduce(0, +)
      * Double(config.training.microbatches)
  }
}
