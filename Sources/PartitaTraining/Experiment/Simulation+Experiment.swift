public import PartitaPlan
public import PartitaSchedule

extension Simulation {
  /// Predicts a step of a configuration.
  ///
  /// - Parameters:
  ///   - config: what is trained.
  ///   - ranks: the number of ranks; nil for what the plan asks for.
  ///   - profile: what the layers cost; nil computes it for the cluster's device.
  ///   - cluster: the machines; nil takes the messages that the profile measured.
  /// - Throws: what keeps the configuration from running, or the profile from being of its model.
  public init(
    of config: TrainingConfig, ranks: Int?, profile: Profile?, cluster: Cluster?
  ) throws {
    let data = try DataDescription(config)
    let ranks = ranks ?? config.parallel.ranks
    let experiment = try Experiment(config, data: data, worldSize: ranks)
    let profile = try profile ?? cluster.map { try experiment.analyticProfile(on: $0) }
    guard let profile else {
      throw TrainingError.prediction("neither a profile nor a cluster says what work costs")
    }
    try profile.check(
      fits: LayerGraph(experiment.training, samples: experiment.batches.sliceSize))
    try self.init(experiment.mainProgram, profile: profile, cluster: cluster)
  }

  /// Predicts a step of a program.
  /// - Throws: where the profile is of another model, or nothing is known of messages.
  public init(_ program: Program, profile: Profile, cluster: Cluster?) throws {
    let ranks = program.plan.worldSize
    if let cluster, ranks > cluster.deviceCount {
      throw TrainingError.prediction(
        "\(ranks) ranks need as many devices, and the cluster '\(cluster.name)' has "
          + "\(cluster.deviceCount): raise its hosts, or use fewer ranks")
    }
    guard ranks == 1 || cluster != nil || profile.messages != nil else {
      throw TrainingError.prediction(
        "nothing says what messages cost: give a cluster, or a profile that several ranks measured "
          + "(mpirun -n 2 partita profile ...)")
    }
    try self.init(program, StepCosts(profile, for: program, on: cluster))
  }
}

extension ParallelConfig {
  /// The ranks that the section asks for by itself; 1 where it leaves them open.
  var ranks: Int {
    let columns = (stages ?? virtual) / virtual
    return switch replicas {
    case .every(let count): columns * count
    case .perStage(let counts): counts.reduce(0, +)
    case nil: columns
    }
  }
}
