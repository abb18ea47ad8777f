public import PartitaConfig
internal import PartitaData
public import PartitaDevice
public import PartitaPlan
internal import PartitaRuntime
public import PartitaSchedule
public import PartitaSimulator
internal import PartitaStepPlanner

extension Experiment {
  /// Plans a run on some ranks, without any being there.
  /// - Parameters:
  ///   - config: what is to run.
  ///   - ranks: nil for as many as the configuration asks for.
  ///   - isOnPaper: whether it is for a prediction alone.
  /// - Throws: `TrainingError` or `DataError`, with what would fit.
  public init(_ config: TrainingConfig, ranks: Int?, isOnPaper: Bool = false) throws {
    let blueprint = try Blueprint(config, data: config.describeData())
    let choice = try blueprint.choiceOfFile()
    try self.init(
      blueprint, worldSize: ranks ?? choice?.plan.worldSize ?? config.parallel.ranks,
      choice: choice, isOnPaper: isOnPaper)
  }

  /// Bytes of every rank's arena, as they would be allocated.
  ///
  /// Complexity: that of compiling every rank's lists.
  /// - Throws: `DeviceError` for an operation that the device doesn't know.
  public func arenaBytes(device: any Device) throws -> [Int] {
    let bytes = try RankRuntime.arenaBytes(programs, device: device)
    guard mainStagedProgram.leftOutBuckets.contains(where: { $0 > 0 }) else { return bytes }
    return bytes.enumerated().map { $1 + mainStagedProgram.leftOutPartialBytes(ofRank: $0) }
  }
}

extension Simulation {
  /// Predicts a step of an experiment.
  ///
  /// - Parameters:
  ///   - experiment: what would run.
  ///   - profile: what the layers cost; nil computes it for the cluster's device.
  ///   - cluster: the machines; nil takes the messages that the profile measured.
  /// - Throws: `ProfileError` where the profile isn't of the experiment's model,
  ///   `TrainingError.prediction` where nothing says what work or messages cost.
  public init(of experiment: Experiment, profile: Profile?, cluster: Cluster?) throws {
    let profile = try profile ?? cluster.map { try experiment.analyticProfile(on: $0) }
    guard let profile else {
      throw TrainingError.prediction("neither a profile nor a cluster says what work costs")
    }
    try profile.check(
      fits: LayerGraph(experiment.training, samples: experiment.batches.sliceSize))
    try self.init(
      experiment.mainProgram, profile: profile, cluster: cluster,
      leftOutBuckets: experiment.mainStagedProgram.leftOutBuckets)
  }

  /// Predicts a step of a program.
  ///
  /// - Parameters:
  ///   - program: what would run.
  ///   - profile: what the layers cost.
  ///   - cluster: the machines; nil takes the messages that the profile measured.
  ///   - leftOutBuckets: the full buckets of each stage that the program leaves out.
  /// - Throws: `ProfileError` where the profile is of another model, `TrainingError.prediction` where
  ///   nothing is known of messages or the cluster is too small.
  public init(
    _ program: Program, profile: Profile, cluster: Cluster?, leftOutBuckets: [Int] = []
  ) throws {
    try profile.checkMessages(ranks: program.plan.worldSize, cluster: cluster)
    try self.init(
      program, StepCosts(profile, for: program, on: cluster), leftOutBuckets: leftOutBuckets)
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

extension Profile {
  /// Checks that something says what messages between so many ranks cost.
  /// - Throws: `TrainingError.prediction` where nothing does, or the cluster is too small.
  func checkMessages(ranks: Int, cluster: Cluster?) throws(TrainingError) {
    if let cluster, ranks > cluster.deviceCount {
      throw .prediction(
        "\(ranks) ranks need as many devices, and the cluster '\(cluster.name)' has "
          + "\(cluster.deviceCount): raise its hosts, or use fewer ranks")
    }
    guard ranks == 1 || cluster != nil || messages != nil else {
      throw .prediction(
        "nothing says what messages cost: give a cluster, or a profile that several ranks measured")
    }
  }
}
