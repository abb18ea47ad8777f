public import PartitaConfig
internal import PartitaFiles
internal import PartitaKeys
public import PartitaStepPlanner

/// Plans of one run that shall be measured side by side.
public struct RaceRequest: Hashable, Sendable {
  /// The run.
  public let config: TrainingConfig
  /// How many ranks the plans have.
  public let ranks: Int
  /// The plans, and what they are called; the first runs twice.
  public let plans: [(name: String, plan: PlanDocument)]
  /// Plans of other configurations on the same data, of as many ranks or of one.
  public let others: [(name: String, config: TrainingConfig, plan: PlanDocument)]
  /// Seconds after which the race ends.
  public let seconds: Double
  /// Rounds that are run in any case.
  public let rounds: Int
  /// Whether what layers and messages cost is measured between the turns.
  public let measuresCosts: Bool

  /// A race of some plans.
  public init(
    _ config: TrainingConfig, ranks: Int, plans: [(name: String, plan: PlanDocument)],
    others: [(name: String, config: TrainingConfig, plan: PlanDocument)] = [], seconds: Double,
    rounds: Int = 3, measuresCosts: Bool = true
  ) {
    self.config = config
    self.ranks = ranks
    self.plans = plans
    self.others = others
    self.seconds = seconds
    self.rounds = rounds
    self.measuresCosts = measuresCosts
  }

  /// The request in a line that no other request has.
  var words: String {
    let text =
      plans.map { plan in
        "\(plan.name)\n" + ((try? JSON.text(of: plan.plan, .line)) ?? "")
      }.joined()
      + others.map { other in
        "\(other.name)\n\(RunRequest.words(other.config, ranks))\n"
          + ((try? JSON.text(of: other.plan, .line)) ?? "")
      }.joined()
    return
      "race of \(plans.count + others.count) plans \(SHA256.hexadecimal(of: Array(text.utf8)).prefix(16)) for "
      + "\(seconds) s\(measuresCosts ? " with costs" : ""), \(RunRequest.words(config, ranks))"
  }

  /// Whether two requests ask for the same.
  public static func == (one: RaceRequest, other: RaceRequest) -> Bool { one.words == other.words }

  /// Requests are told apart by their words.
  public func hash(into hasher: inout Hasher) { hasher.combine(words) }
}
