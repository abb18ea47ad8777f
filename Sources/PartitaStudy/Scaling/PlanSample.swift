public import PartitaConfig
internal import PartitaGraph
internal import PartitaPlan
public import PartitaReport
internal import PartitaSchedule
internal import PartitaSimulator
internal import PartitaTraining

/// A sample of the plans of a configuration, each predicted and measured: how far predictions hold.
public struct PlanSample {
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
  ///   - config: the run, whose own plan is one of many.
  ///   - count: how many.
  ///   - ranks: the most ranks of a plan.
  /// - Throws: what keeps the configuration from running on one rank.
  public init(_ config: TrainingConfig, count: Int, ranks: Int) throws {
    let serial = try Experiment(
      config.with(parallel: .serial), data: config.describeData(), worldSize: 1)
    let layers = serial.training.graph.layers.map(\.name)
    let variants =
      [PlanVariant.serial]
      + PlanVariant.all(
        layers: layers, gradientGroups: config.training.gradientGroups, ranks: ranks,
        schedules: ScheduleCatalogue.standard.schedules, cuts: 2)
    let all = [1, 2].map { $0 * config.training.microbatches }
      .filter { $0 <= config.training.batch }
      .flatMap { microbatches in variants.map { (microbatches, $0) } }
    candidates = try (0..<min(count, all.count)).map { index in
      let (microbatches, variant) = all[index * all.count / min(count, all.count)]
      let cut = variant.cuts.isEmpty ? "" : ", cut before \(variant.cuts.joined(separator: ", "))"
      return Candidate(
        words: "\(variant.shape) \(variant.schedule), \(microbatches) microbatches\(cut)",
        config: try config.with(microbatches: microbatches).with(parallel: variant),
        ranks: variant.ranks)
    }
  }

  /// The number of plans.
  public var count: Int { candidates.count }

  /// Predicts and measures every plan: in `repeats` rounds a profile, and right behind it a launch.
  ///
  /// Of the predictions the shortest counts, and of the measurements: whatever else a machine does
  /// makes both longer, never shorter, and seldom in the same second.
  ///
  /// - Parameters:
  ///   - launcher: runs each plan.
  ///   - profiles: where profiles come from.
  ///   - repeats: launches of each plan that count.
  ///   - steps: measured steps of a launch; nil for as many as take half a second.
  ///   - onProgress: is told of each plan that is done, and whether all of it was known from before.
  /// - Throws: `ScalingError` for the first launch that fails.
  public func measure(
    _ launcher: any RunLauncher, _ profiles: MeasuredProfiles, repeats: Int, steps: Int?,
    onProgress: (ScalingReport.PlanCase, _ isFromBefore: Bool) -> Void
  ) throws -> [ScalingReport.PlanCase] {
    var outcomes: [ScalingReport.PlanCase] = []
    for candidate in candidates {
      let scalingCase = try ScalingCase(
        candidate.config, ranks: candidate.ranks, isWeak: false)
      let study = ScalingStudy(cases: [scalingCase], repeats: repeats, steps: steps)
      var predicted: [Double] = []
      var isKnown = true
      let results = try study.measure(
        launcher,
        beforeRound: { _ in
          let profile = try profiles.profile(
            candidate.config, ranks: candidate.ranks, repeats: Self.profileRepeats)
          let forecast = try StepForecast(scalingCase.experiment, profile: profile)
          predicted.append(forecast.prediction.makespanSeconds)
        }, onProgress: { isKnown = isKnown && $0.isFromBefore })
      let outcome = ScalingReport.PlanCase(
        plan: candidate.words, predictedSeconds: predicted.min() ?? .nan,
        measuredSeconds: results[0].records.map(\.secondsPerStep).min() ?? .nan)
      outcomes.append(outcome)
      onProgress(outcome, isKnown)
    }
    return outcomes
  }

  /// Enough where several rounds are taken.
  private static let profileRepeats = 50
}
