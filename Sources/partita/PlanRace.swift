import PartitaPlan
import PartitaStepPlanner
import PartitaStudy
import PartitaTraining

/// The best plans that a search has found, measured side by side on this machine.
struct PlanRace {
  private let planning: RunPlanning
  private let finalists: [RunPlanning.Planned]
  private let launcher = VerbLauncher(timeoutSeconds: 600)

  private let seconds: Double

  /// Looks for the plans; where nothing says what work costs, it is measured first.
  ///
  /// - Parameters:
  ///   - planning: the run.
  ///   - plans: how many.
  ///   - seconds: of all rounds.
  ///   - measuring: told of that, and on how many ranks.
  init(
    _ planning: RunPlanning, plans: Int, seconds: Double,
    measuring: @escaping (_ ranks: Int) -> Void
  ) throws {
    var planning = planning
    if planning.profile == nil, planning.cluster == nil {
      planning.profile = try MeasuredProfiles(launcher) { ranks, _ in measuring(ranks) }
        .profile(planning.config, ranks: planning.ranks, seconds: 3)
    }
    self.planning = planning
    self.seconds = seconds
    finalists = try planning.best(plans)
  }

  /// Runs them, and brings the fastest, with what was measured of it.
  /// - Parameter say: told why fewer run than were asked for.
  func run(say: (String) -> Void) throws -> (RunPlanning.Planned, RaceRecord?) {
    let racing = fitting()
    if racing.count < finalists.count {
      say(
        "\(racing.count) of the \(finalists.count) best plans run: more at once don't fit "
          + "--memory")
    }
    guard racing.count > 1 else { return (finalists[0], nil) }
    // With a limit there is no room for the copy of the network that costs are measured by.
    let record = try launcher.race(
      RaceRequest(
        planning.config, ranks: planning.ranks,
        plans: racing.enumerated().map { ("plan \($0.offset + 1)", $0.element.document) },
        seconds: seconds, measuresCosts: planning.memoryLimit == nil))
    var winner = racing[record.leader]
    let measured = record.plans[record.leader]
    winner.document.measured = PlanDocument.Measured(
      seconds: measured.seconds, predicted: measured.predictedSeconds, plans: racing.count,
      rounds: record.rounds, floor: record.floor)
    return (winner, record)
  }

  /// The first that fit the limit side by side, the best one twice.
  private func fitting() -> [RunPlanning.Planned] {
    guard let limit = planning.memoryLimit else { return finalists }
    var sums = finalists[0].plan.bytes
    var count = 0
    for finalist in finalists {
      sums = zip(sums, finalist.plan.bytes).map { $0 + $1 }
      guard sums.allSatisfy({ $0 <= limit }) else { break }
      count += 1
    }
    return Array(finalists.prefix(count))
  }
}
