internal import PartitaConfig
internal import PartitaData
public import PartitaDevice
internal import PartitaGraph
public import PartitaPlan
internal import PartitaSchedule
public import PartitaStepPlanner

extension Blueprint {
  /// What a plan of this run is looked for.
  ///
  /// - Parameters:
  ///   - ranks: how many there will be.
  ///   - profile: what the layers cost.
  ///   - cluster: what lies between ranks; nil takes the profile's messages.
  ///   - pins: what is not to be chosen.
  /// - Throws: `ProfileError` where the profile is of another model, `PlanError` for pins that can't
  ///   be, `TrainingError.prediction` where nothing says what messages cost.
  public func problem(
    ranks: Int, profile: Profile, cluster: Cluster?, pins: PlanPins = PlanPins()
  ) throws -> StepProblem {
    try profile.check(fits: LayerGraph(training, samples: batches.sliceSize))
    try profile.checkMessages(ranks: ranks, cluster: cluster)
    return try StepProblem(
      layers: LayerCut(StagedModel(layersOf: training)), profile: profile, cluster: cluster,
      ranks: ranks, microbatchSizes: batches.sliceSizes(ofBatchOf: batches.batch),
      gradientGroups: config.training.gradientGroups,
      gradientOrder: config.training.gradientOrder,
      shardsUpdate: config.parallel.shardedUpdate, pins: pins, schedules: config.schedules)
  }

  /// A device on which the run can be laid out: that of this machine, for a network on paper one of
  /// paper.
  /// - Throws: `DeviceError` where the machine has none.
  public func layoutDevice() throws(DeviceError) -> any Device {
    config.model.family.onPaper == nil ? try makeDevice() : PaperDevice()
  }

  /// Bytes of every rank's arena under a choice, as they would be allocated.
  /// - Throws: `TrainingError` for a choice that can't run, `DeviceError` for an operation that the
  ///   device doesn't know.
  public func arenaBytes(_ choice: StepChoice, device: any Device) throws -> [Int] {
    try Experiment(self, worldSize: choice.plan.worldSize, choice: choice)
      .arenaBytes(device: device)
  }
}
