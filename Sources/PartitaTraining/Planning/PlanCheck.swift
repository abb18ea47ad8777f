internal import PartitaChecker
public import PartitaConfig
internal import PartitaData
internal import PartitaGraph
public import PartitaPlan
internal import PartitaSchedule
internal import PartitaSimulator
internal import PartitaStepPlanner

/// The check of a plan's file: everything that it says is derived anew.
public struct PlanCheck {
  private let config: TrainingConfig
  private let profile: Profile?
  private let cluster: Cluster?

  /// A check against a configuration, and what the plan was made by.
  public init(_ config: TrainingConfig, profile: Profile?, cluster: Cluster?) {
    self.config = config
    self.profile = profile
    self.cluster = cluster
  }

  /// What has been shown of a plan.
  public struct Finding: Hashable, Sendable, CustomStringConvertible {
    /// The plan's file.
    public let path: String
    /// Seconds of a step, as simulated.
    public let seconds: Double
    /// Bytes that each rank takes.
    public let bytes: [Int]
    /// No plan's step takes fewer seconds.
    public let lowerBound: Double

    /// In a sentence.
    public var description: String {
      "\(path): verified: its program can be performed, a step takes \(seconds) s, ranks take at most "
        + "\(bytes.max() ?? 0) bytes, and no plan takes less than \(lowerBound) s"
    }
  }

  /// Checks a file, and says what has been shown.
  ///
  /// - Parameter path: the plan.
  /// - Throws: `FileError` for what is no plan; `TrainingError.plan` for one of another network,
  ///   profile or cluster, that can't be performed, or doesn't keep a promise.
  public func finding(of path: String) throws -> Finding {
    let document = try PlanFile.read(path)
    let choice = document.choice
    func refuse(_ problem: String) -> TrainingError { .plan("\(path): \(problem)") }
    let sizes = document.origin.microbatchSizes
    let blueprint = try Blueprint(config, of: document, path: path)
    let config = blueprint.config
    let planning = RunPlanning(
      config, ranks: choice.plan.worldSize, profile: profile, cluster: cluster)
    let problem = try planning.problem(blueprint, ranks: choice.plan.worldSize)
    let digest = RunPlanning.digest(problem.profile)
    guard digest == document.origin.profileSHA256 else {
      throw refuse(
        "profile_sha256: it was made by another profile or cluster, with "
          + "\(document.origin.profileSHA256.prefix(12))…, and this one has \(digest.prefix(12))…")
    }
    // The program is proved when the experiment is made.
    let experiment = try Experiment(
      blueprint, worldSize: choice.plan.worldSize, choice: choice)
    let prediction = try Simulation(of: experiment, profile: profile, cluster: cluster).prediction
    let (seconds, promise) = (prediction.makespanSeconds, document.promise)
    guard abs(seconds - promise.seconds) <= 1e-9 * seconds else {
      throw refuse("promise.seconds: a step takes \(seconds), not \(promise.seconds)")
    }
    let bytes = try experiment.arenaBytes(device: experiment.blueprint.layoutDevice())
    guard bytes == promise.bytes else {
      throw refuse("promise.bytes: ranks take \(bytes), not \(promise.bytes)")
    }
    if let limit = document.memoryLimit, let most = bytes.max(), most > limit {
      throw refuse("memory_limit: a rank takes \(most) bytes, and \(limit) are allowed")
    }
    guard promise.lowerBound <= seconds * (1 + 1e-9) else {
      throw refuse("promise.lower_bound: \(promise.lowerBound) is above the plan's own \(seconds)")
    }
    let costs = try StepCosts(problem.profile, for: experiment.mainProgram, on: cluster)
    let checker = StepBoundChecker(
      cut: problem.layers, profile: problem.profile, costs: costs, microbatchSizes: sizes,
      gradientGroups: choice.plan.gradientGroups, ranks: choice.plan.worldSize,
      sharesUpdate: choice.plan.shardsUpdate)
    let pinned = document.pins.schedule.flatMap { config.schedules[$0] }
    let hasVirtual =
      (document.pins.virtual ?? 2) > 1 && (pinned?.virtualStages.upperBound ?? 2) > 1
    do {
      try checker.check(promise.lowerBound, hasVirtualStages: hasVirtual)
    } catch { throw refuse("promise.lower_bound: \(error)") }
    return Finding(path: path, seconds: seconds, bytes: bytes, lowerBound: promise.lowerBound)
  }
}
