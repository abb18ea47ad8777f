public import PartitaPlan
public import PartitaSchedule

/// What a plan is looked for: a network, what it costs, and the ranks that there are.
public struct StepProblem: Sendable {
  /// The network, cut between its layers.
  public let layers: LayerCut
  /// What the layers cost; of the same network.
  public let profile: Profile
  /// What lies between ranks; nil takes the messages that the profile measured.
  public let cluster: Cluster?
  /// The number of ranks; each holds a stage.
  public let ranks: Int
  /// The samples of each microbatch.
  public let microbatchSizes: [Int]
  /// The gradient groups: no stage has more replicas.
  public let gradientGroups: Int
  /// In which order a group's microbatches are folded.
  public let gradientOrder: GradientOrder
  /// Whether the replicas of a stage share its update.
  public let shardsUpdate: Bool
  /// What must be as it is asked for.
  public let pins: PlanPins
  /// The schedules that may be chosen.
  public let schedules: ScheduleCatalogue

  /// A network, its costs and the ranks.
  /// - Throws: `PlanError` where what is pinned can't be on so many ranks, `ProfileError` where the
  ///   profile is of another network.
  public init(
    layers: LayerCut, profile: Profile, cluster: Cluster?, ranks: Int, microbatchSizes: [Int],
    gradientGroups: Int, gradientOrder: GradientOrder = .ascending, shardsUpdate: Bool = false,
    pins: PlanPins = PlanPins(),
    schedules: ScheduleCatalogue = .standard
  ) throws {
    try profile.check(layers: layers.names)
    self.layers = layers
    self.profile = profile
    self.cluster = cluster
    self.ranks = ranks
    self.microbatchSizes = microbatchSizes
    self.gradientGroups = gradientGroups
    self.gradientOrder = gradientOrder
    self.shardsUpdate = shardsUpdate
    self.pins = try pins.checked(layers: layers.names, ranks: ranks, groups: gradientGroups)
    self.schedules = schedules
  }

  /// The same on another number of ranks.
  /// - Throws: `PlanError` where what is pinned can't be on so many.
  public func on(ranks: Int) throws -> StepProblem {
    try StepProblem(
      layers: layers, profile: profile, cluster: cluster, ranks: ranks,
      microbatchSizes: microbatchSizes, gradientGroups: gradientGroups,
      gradientOrder: gradientOrder, shardsUpdate: shardsUpdate, pins: pins, schedules: schedules)
  }

  /// The part of an update that each of so many replicas has at the least.
  func updateShare(replicas: Int) -> Double { shardsUpdate ? 1 / Double(replicas) : 1 }

  /// The number of layers.
  var layerCount: Int { layers.names.count }
  /// The microbatches that have samples.
  package var microbatches: [Int] { microbatchSizes.indices.filter { microbatchSizes[$0] > 0 } }
}
