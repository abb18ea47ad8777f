public import PartitaConfig
internal import PartitaData
internal import PartitaGraph
internal import PartitaPlan
public import PartitaReport
internal import PartitaSchedule
internal import PartitaStepPlanner
internal import PartitaTraining

/// A sample of the plans of a configuration, each predicted and measured: how far predictions hold.
public struct PlanSample {
  /// A plan to be tried.
  private struct Candidate {
    let words: String
    let blueprint: Blueprint
    let choice: StepChoice
    let ranks: Int
  }

  private let config: TrainingConfig

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
    self.config = config
    candidates = try (0..<min(count, all.count)).map { index in
      let (microbatches, variant) = all[index * all.count / min(count, all.count)]
      let cut = variant.cuts.isEmpty ? "" : ", cut before \(variant.cuts.joined(separator: ", "))"
      let own = try config.with(microbatches: microbatches)
      let experiment = try Experiment(
        own.with(parallel: variant), data: own.describeData(), worldSize: variant.ranks)
      return Candidate(
        words: "\(variant.shape) \(variant.schedule), \(microbatches) microbatches\(cut)",
        blueprint: try Blueprint(own, data: own.describeData()),
        choice: StepChoice(plan: experiment.plan, order: .named(variant.schedule)),
        ranks: variant.ranks)
    }
  }

  /// The number of plans.
  public var count: Int { candidates.count }

  /// Measures all plans of as many ranks in one launch, their steps taking turns, and predicts them by
  /// costs that are measured between those turns.
  ///
  /// - Parameters:
  ///   - launcher: runs the plans.
  ///   - rounds: turns of each plan that count.
  ///   - onProgress: is told of each launch that is done, and whether it was known from before.
  /// - Throws: `ScalingError` for the first launch that fails; what keeps a plan from being one.
  public func measure(
    _ launcher: any RunLauncher, rounds: Int,
    onProgress: (_ record: RaceRecord, _ isFromBefore: Bool) -> Void
  ) throws -> (plans: [ScalingReport.PlanCase], floor: Double?) {
    var outcomes: [String: ScalingReport.PlanCase] = [:]
    var floor: Double?
    for (ranks, plans) in Dictionary(grouping: candidates, by: \.ranks).sorted(by: {
      $0.key < $1.key
    }) {
      let request = RaceRequest(
        config, ranks: ranks, plans: try plans.map { ($0.words, try document($0)) },
        seconds: Self.secondsAtMost, rounds: rounds)
      let isKnown = launcher.remembers(.race(request))
      let record = try ScalingError.naming(ranks: ranks) { try launcher.race(request) }
      floor = max(floor ?? 0, record.floor)
      for plan in record.plans {
        outcomes[plan.name] = ScalingReport.PlanCase(
          plan: plan.name, predictedSeconds: plan.predictedSeconds ?? .nan,
          measuredSeconds: plan.seconds)
      }
      onProgress(record, isKnown)
    }
    return (candidates.compactMap { outcomes[$0.words] }, floor)
  }

  /// A plan as a file has it; what it promises is by a usual machine.
  private func document(_ candidate: Candidate) throws -> PlanDocument {
    let planning = RunPlanning(
      config, ranks: candidate.ranks, profile: nil,
      cluster: try .reference(devices: candidate.ranks))
    return try planning.judge(candidate.choice, of: candidate.blueprint).document
  }

  /// Seconds of a launch; the fewest rounds are run in any case.
  private static let secondsAtMost = 1.0
}
