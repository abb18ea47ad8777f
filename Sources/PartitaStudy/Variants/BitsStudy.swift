public import PartitaConfig
internal import PartitaData
internal import PartitaGraph
public import PartitaSchedule
internal import PartitaTraining

/// Trains on one rank and under many plans, and compares the bits: law 2 on a configuration of
/// one's own.
public struct BitsStudy: Sendable {
  /// What came of a plan.
  public struct Outcome: Hashable, Sendable {
    /// The plan.
    public let variant: PlanVariant
    /// The first thing that isn't as on one rank; nil where all bits are equal.
    public let difference: String?
  }

  /// The plans that are compared with one rank.
  public let variants: [PlanVariant]
  private let config: TrainingConfig

  /// Chooses plans on 2 to `ranks` ranks.
  ///
  /// - Parameters:
  ///   - config: the run that is cut.
  ///   - ranks: the most of a plan.
  ///   - schedules: the schedules to try.
  ///   - cuts: the most ways to cut the model that are tried of each shape.
  /// - Throws: `ConfigError`, `DataError` or `TrainingError`: what keeps the configuration from
  ///   running on one rank.
  public init(
    _ config: TrainingConfig, ranks: Int, schedules: [any Schedule], cuts: Int
  ) throws {
    self.config = config
    let serial = try Experiment(
      config.withoutRecomputation().with(parallel: .serial), data: config.describeData(),
      worldSize: 1)
    variants = PlanVariant.all(
      layers: serial.training.graph.layers.map(\.name),
      gradientGroups: config.training.gradientGroups, ranks: ranks, schedules: schedules,
      cuts: cuts)
  }

  /// Trains everywhere.
  ///
  /// - Parameters:
  ///   - launcher: runs each plan.
  ///   - steps: the steps of each run.
  ///   - onSerial: is told of the run on one rank.
  ///   - onOutcome: is told of each plan that is done.
  /// - Returns: what came of each plan, in their order.
  /// - Throws: `BitsError` for the first run that fails; nothing more is launched then.
  public func compare(
    _ launcher: any RunLauncher, steps: Int, onSerial: (RunRecord) -> Void = { _ in },
    onOutcome: (Outcome) -> Void = { _ in }
  ) throws -> [Outcome] {
    let config = try config.with(steps: steps)
    func train(_ config: TrainingConfig, _ variant: PlanVariant) throws -> RunRecord {
      do {
        return try launcher.train(try config.with(parallel: variant), ranks: variant.ranks)
      } catch RunError.failed(let problem) {
        throw BitsError(plan: "\(variant.shape) \(variant.schedule)", problem: problem)
      }
    }
    // Whatever the plans compute again, one rank keeps.
    let expected = try train(config.withoutRecomputation(), .serial)
    onSerial(expected)
    return try variants.map { variant in
      let outcome = Outcome(
        variant: variant, difference: try train(config, variant).firstDifference(from: expected))
      onOutcome(outcome)
      return outcome
    }
  }
}

/// A run that failed, so that its bits can't be compared.
public struct BitsError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The plan in words.
  public let plan: String
  /// What went wrong.
  public let problem: String

  package init(plan: String, problem: String) {
    self.plan = plan
    self.problem = problem
  }

  /// The error in a sentence.
  public var description: String { "the run of \(plan) failed: \(problem)" }
}
