public import PartitaConfig
internal import PartitaGraph
internal import PartitaPlan
internal import PartitaSchedule
internal import PartitaSimulator
internal import PartitaTraining

/// A sample of the plans of a configuration, each predicted and measured: how far predictions hold.
public struct PlanSample {
  /// A plan, predicted and measured.
  public struct Outcome: Hashable, Sendable {
    /// The plan in words.
    public let plan: String
    /// Seconds of a step.
    public let predictedSeconds, measuredSeconds: Double
  }

  /// A plan to be tried.
  private struct Candidate {
    let words: String
    let config: TrainingConfig
    let ranks: Int
  }

  private let candidates: [Candidate]

  /// Chooses plans, spread evenly over shapes, schedules, cuts and numbers of microbatches.
  ///
  /// - Parameters:
  ///   - count: how many.
  ///   - ranks: the most ranks of a plan.
  /// - Throws: what keeps the configuration from running on one rank.
  public init(_ config: TrainingConfig, count: Int, ranks: Int) throws {
    let serial = try Experiment(
      config.with(parallel: .serial), data: config.describeData(), worldSize: 1)
    let layers = serial.training.graph.layers.map(\.name)
    var all: [Candidate] = []
    let variants =
      [PlanVariant.serial]
      + PlanVariant.all(
        layers: layers, gradientGroups: config.training.gradientGroups, ranks: ranks,
        schedules: ScheduleCatalogue.standard.schedules, cuts: 2)
    for factor in [1, 2] {
      let microbatches = config.training.microbatches * factor
      guard microbatches <= config.training.batch else { continue }
      for variant in variants {
        let cut = variant.cuts.isEmpty ? "" : ", cut before \(variant.cuts.joined(separator: ", "))"
        all.append(
          Candidate(
            words: "\(variant.shape) \(variant.schedule), \(microbatches) microbatches\(cut)",
            config: try config.with(microbatches: microbatches).with(parallel: variant),
            ranks: variant.ranks))
      }
    }
    candidates = (0..<min(count, all.count)).map { all[$0 * all.count / min(count, all.count)] }
  }

  /// The number of plans.
  public var count: Int { candidates.count }

  /// Predicts and measures every plan: in `repeats` rounds a profile, and right behind it a launch.
  ///
  /// Of the predictions the shortest counts, and of the measurements: whatever else a machine does
  /// makes both longer, never shorter, and seldom in the same second.
  ///
  /// - Parameters:
  ///   - profiles: where profiles come from.
  ///   - onProgress: is told of each plan that is done.
  /// - Throws: `ScalingError` for the first launch that fails.
  public func measure(
    _ launcher: any RunLauncher, _ profiles: MeasuredProfiles, repeats: Int, steps: Int?,
    onProgress: (Outcome) -> Void
  ) throws -> [Outcome] {
    var outcomes: [Outcome] = []
    for candidate in candidates {
      let scalingCase = try ScalingCase(
        candidate.config, ranks: candidate.ranks, isWeak: false)
      let study = ScalingStudy(cases: [scalingCase], repeats: repeats, steps: steps)
      var predicted: [Double] = []
      let results = try study.measure(
        launcher,
        beforeRound: { _ in
          let profile = try profiles.profile(
            candidate.config, ranks: candidate.ranks, repeats: Self.profileRepeats)
          let forecast = try StepForecast(scalingCase.experiment, profile: profile)
          predicted.append(forecast.prediction.makespanSeconds)
        })
      let outcome = Outcome(
        plan: candidate.words, predictedSeconds: predicted.min() ?? .nan,
        measuredSeconds: results[0].records.map(\.secondsPerStep).min() ?? .nan)
      outcomes.append(outcome)
      onProgress(outcome)
    }
    return outcomes
  }

  /// Enough where several rounds are taken.
  private static let profileRepeats = 50
}
