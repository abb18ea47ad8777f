public import PartitaDevice
public import PartitaPlan
internal import PartitaRuntime
internal import PartitaSchedule

extension StepForecast {
  /// What to expect of an experiment's step.
  ///
  /// - Parameters:
  ///   - profile: what its layers cost.
  ///   - cluster: the machines; nil takes the messages that the profile measured.
  ///   - device: compiles every rank's lists, to know their memory; nil leaves that out.
  public init(
    _ experiment: Experiment, profile: Profile, cluster: Cluster? = nil, device: CPUDevice? = nil
  ) throws {
    let simulation = try Simulation(experiment.mainProgram, profile: profile, cluster: cluster)
    let arenas = try device.map { device in
      try (0..<experiment.plan.worldSize).map {
        try RankRuntime.arenaBytes(experiment.programs, rank: $0, device: device)
      }
    }
    self.init(
      prediction: simulation.prediction, trace: simulation.trace, arenaBytes: arenas)
  }
}
