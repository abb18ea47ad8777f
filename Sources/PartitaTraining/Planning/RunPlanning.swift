public import PartitaConfig
internal import PartitaData
internal import PartitaFiles
internal import PartitaGraph
public import PartitaPlan
internal import PartitaSchedule
public import PartitaStepPlanner

/// Plans a run: for the network of a configuration, on so many ranks, within so much memory.
public struct RunPlanning: Sendable {
  /// What is planned; what it says of its plan is pinned.
  public var config: TrainingConfig
  /// The number of ranks.
  public var ranks: Int
  /// What the layers cost; nil computes it for the cluster's device.
  public var profile: Profile?
  /// What lies between ranks; nil takes the profile's messages.
  public var cluster: Cluster?
  /// Bytes that a rank's arena may have.
  public var memoryLimit: Int?
  /// Numbers of microbatches that may be chosen; none keeps the configuration's, and its bits.
  public var microbatches: [Int] = []
  /// Whether gradient groups may be raised to allow every number of replicas.
  public var allowsAnyReplicas = false
  /// Actions that are performed on paper.
  public var effort = 30_000_000
  /// Whether a refusal for memory looks for ranks and microbatches that would do.
  var looksForMore = true
  /// Whether such a share of the time is over.
  public var isOutOfTime: @Sendable (_ share: Double) -> Bool = { _ in false }
  /// The share of the time for the plan itself: where none may fit, some is left to say what would.
  private var ownShare: Double { memoryLimit == nil ? 1 : 0.6 }

  /// A run on some ranks.
  public init(_ config: TrainingConfig, ranks: Int, profile: Profile?, cluster: Cluster?) {
    self.config = config
    self.ranks = ranks
    self.profile = profile
    self.cluster = cluster
  }

  /// An answer, and the same as its file has it.
  public struct Planned: Sendable {
    /// The plan as a file has it.
    public var document: PlanDocument
    /// The answer of the search.
    public let plan: StepPlan
  }

  /// The best plan.
  ///
  /// Complexity: that of `StepPlanner` for each number of microbatches and, for the front, of ranks.
  /// - Throws: `TrainingError.plan` where no plan fits, with what would; what is wrong with the
  ///   configuration, the profile or the cluster.
  public func best() throws -> Planned { try best(1)[0] }

  /// The best plans, the fastest first; as many, or as many as there are.
  ///
  /// Complexity: that of one, and a simulation for each.
  /// - Throws: what `best()` throws.
  public func best(_ count: Int) throws -> [Planned] {
    let given = config.training
    let groups = allowsAnyReplicas ? max(given.gradientGroups, ranks.nextPowerOfTwo) : nil
    let choices = microbatches.isEmpty ? [given.microbatches] : microbatches
    var found: [(blueprint: Blueprint, problem: StepProblem, plan: StepPlan)] = []
    var problem: (any Error)?
    for microbatches in choices {
      do {
        let config = try config.with(
          microbatches: microbatches == given.microbatches ? nil : microbatches,
          gradientGroups: groups
            ?? (microbatches == given.microbatches ? nil : given.gradientGroups))
        let blueprint = try Blueprint(config, data: config.describeData())
        let problem = try self.problem(blueprint, ranks: ranks)
        for plan in try planner(blueprint, problem, share: ownShare).best(count) {
          found.append((blueprint, problem, plan))
        }
      } catch { problem = problem ?? error }
    }
    found = found.enumerated().sorted {
      ($0.element.plan.seconds, $0.offset) < ($1.element.plan.seconds, $1.offset)
    }.map(\.element)
    guard let best = found.first else { throw refusal(problem) }
    let others = fewerRanks(best.blueprint, best.problem)
    return found.prefix(count).map { blueprint, problem, plan in
      Planned(document: document(plan, of: blueprint, problem, others: others), plan: plan)
    }
  }

  /// What a choice comes to that somebody else has made.
  ///
  /// - Parameters:
  ///   - choice: the plan and its order.
  ///   - blueprint: the run, with the microbatches that the choice is for.
  /// - Throws: `TrainingError.plan` for a choice that can't be performed; what `best()` throws.
  public func judge(_ choice: StepChoice, of blueprint: Blueprint) throws -> Planned {
    let problem = try problem(blueprint, ranks: choice.plan.worldSize, pins: PlanPins())
    guard let plan = try planner(blueprint, problem).judge(choice) else {
      throw TrainingError.plan("\(choice.plan) by \(choice.order.words) can't be performed")
    }
    return Planned(document: document(plan, of: blueprint, problem), plan: plan)
  }

  /// An answer as its file has it.
  package func document(
    _ plan: StepPlan, of blueprint: Blueprint, _ problem: StepProblem,
    others: [StepPlan.Alternative] = []
  ) -> PlanDocument {
    var document = PlanDocument(
      plan, of: origin(blueprint, problem), pins: problem.pins, memoryLimit: memoryLimit,
      others: others)
    if let cluster, cluster.hosts > 1 {
      document.hosts = (0..<plan.choice.plan.worldSize).map { cluster.host(ofDevice: $0) }
    }
    return document
  }

  /// What a plan's file says that it is for.
  private func origin(_ blueprint: Blueprint, _ problem: StepProblem) -> PlanDocument.Origin {
    let (given, loop) = (config.training, blueprint.config.training)
    return PlanDocument.Origin(
      modelSHA256: blueprint.modelDigest, profileSHA256: Self.digest(problem.profile),
      layers: problem.profile.layers.map(\.name), microbatchSizes: problem.microbatchSizes,
      changesBits: loop.microbatches != given.microbatches
        || loop.gradientGroups != given.gradientGroups)
  }

  /// The SHA-256 of a profile, as its file has it.
  public static func digest(_ profile: Profile) -> String {
    let text = (try? JSON.text(of: profile, ProfileFile.layout)) ?? ""
    return SHA256.hexadecimal(of: Array(text.utf8))
  }

  /// What is planned of a run.
  ///
  /// - Parameters:
  ///   - blueprint: the run.
  ///   - ranks: how many there will be.
  ///   - pins: what is not to be chosen; nil takes what the run's configuration says.
  /// - Throws: `TrainingError.prediction` where nothing says what work or messages cost; what is wrong
  ///   with profile or pins.
  public func problem(
    _ blueprint: Blueprint, ranks: Int, pins: PlanPins? = nil
  ) throws -> StepProblem {
    let profile = try profile ?? cluster.map { try blueprint.analyticProfile(on: $0) }
    guard let profile else {
      throw TrainingError.prediction(
        "nothing says what work costs: give a profile, a cluster, or both")
    }
    return try blueprint.problem(
      ranks: ranks, profile: profile, cluster: cluster,
      pins: pins ?? PlanPins(blueprint.config.parallel))
  }

  /// The planner of a problem, within this one's limits.
  package func planner(
    _ blueprint: Blueprint, _ problem: StepProblem, share: Double = 1
  ) -> StepPlanner {
    StepPlanner(
      problem, memoryLimit: memoryLimit, needsRoughBytes: true, effort: effort,
      isOutOfTime: { isOutOfTime($0 * share) },
      memory: { try blueprint.arenaBytes($0, device: blueprint.layoutDevice()) })
  }

  /// What nothing dominates on fewer ranks: on one, two, four and so on.
  private func fewerRanks(
    _ blueprint: Blueprint, _ problem: StepProblem
  ) -> [StepPlan.Alternative] {
    var (found, count) = ([StepPlan.Alternative](), 1)
    while count < ranks, !isOutOfTime(1) {
      // What is pinned may not be for fewer; then there is none.
      if let fewer = try? problem.on(ranks: count) {
        var planning = self
        planning.effort = min(effort, 1_000_000)
        found += (try? planning.planner(blueprint, fewer).best().front) ?? []
      }
      count *= 2
    }
    return found
  }
}

extension PlanPins {
  /// What a section says of its plan.
  init(_ parallel: ParallelConfig) {
    let replicas: [Int]? =
      switch parallel.replicas {
      case .every(let count)?: [count]
      case .perStage(let counts)?: counts
      case nil: nil
      }
    self.init(
      stages: parallel.stages, virtual: parallel.givenVirtual, replicas: replicas,
      cuts: parallel.cuts, schedule: parallel.givenSchedule, recompute: parallel.givenRecompute)
  }
}

extension Int {
  /// The least power of two that is not below.
  fileprivate var nextPowerOfTwo: Int {
    self <= 1 ? 1 : 1 << (Int.bitWidth - (self - 1).leadingZeroBitCount)
  }
}
