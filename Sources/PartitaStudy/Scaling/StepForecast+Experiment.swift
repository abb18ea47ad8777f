public import PartitaDevice
public import PartitaPlan
internal import PartitaSchedule
internal import PartitaSimulator
public import PartitaTraining

extension StepForecast {
  /// What to expect of an experiment's step.
  ///
  /// - Parameters:
  ///   - experiment: what would run.
  ///   - profile: what its layers cost.
  ///   - cluster: the machines; nil takes the messages that the profile measured.
  ///   - device: compiles every rank's lists, to know their memory; nil leaves that out.
  /// - Throws: `ProfileError` where the profile isn't one of the model, `TrainingError.prediction`
  ///   where nothing says what messages cost or the cluster is too small.
  public init(
    _ experiment: Experiment, profile: Profile, cluster: Cluster? = nil, device: (any Device)? = nil
  ) throws {
    let simulation = try Simulation(of: experiment, profile: profile, cluster: cluster)
    let arenas = try device.map { try experiment.arenaBytes(device: $0) }
    self.init(
      prediction: simulation.prediction, trace: simulation.trace, arenaBytes: arenas)
  }
}
