internal import PartitaConfig
internal import PartitaFiles
internal import PartitaPlan
public import PartitaTraining

/// What a race says of the plans that ran: one line of JSON, which who launched it reads.
public struct RaceRecord: Hashable, Sendable, Codable {
  /// What came of one plan.
  public struct Plan: Hashable, Sendable, Codable {
    /// What it is called.
    public fileprivate(set) var name: String
    /// Stages and replicas, as `2 x 2`.
    public let plan: String
    /// The schedule's name.
    public let schedule: String
    /// Slices of a batch.
    public let microbatches: Int
    /// Seconds of a step as predicted by costs of the same minutes; nil where none were measured.
    public let predictedSeconds: Double?
    /// Seconds of a step, by round.
    public let turns: [Double]
    /// Bytes of each rank's arena.
    public let arenaBytes: [Int]
    /// The SHA-256 of the weights after the last step.
    public let weightsSHA256: String

    private enum CodingKeys: String, CodingKey {
      case name, plan, schedule, microbatches, turns
      case predictedSeconds = "predicted"
      case arenaBytes = "arena_bytes"
      case weightsSHA256 = "weights_sha256"
    }

    /// The median of its turns.
    public var seconds: Double { turns.median }
  }

  /// The configuration's name.
  public let name: String
  /// The number of ranks.
  public let ranks: Int
  /// The place of the fastest among the plans.
  public let leader: Int
  /// Why the race ended.
  public let ending: RaceOutcome.Ending
  /// Steps of each turn that counted.
  public let stepsOfTurn: Int
  /// By what share the first plan, that took part twice, differed from itself.
  public let floor: Double
  /// Bytes of all arenas of each rank.
  public let arenaBytes: [Int]
  /// The plans, in the order in which they were given.
  public private(set) var plans: [Plan]

  private enum CodingKeys: String, CodingKey {
    case name = "case"
    case ranks, leader, ending, floor, plans
    case stepsOfTurn = "steps_of_turn"
    case arenaBytes = "arena_bytes"
  }

  /// Sums a race up.
  public init(_ entries: [RaceEntry], _ outcome: RaceOutcome) {
    name = entries[0].experiment.config.name
    ranks = entries[0].experiment.plan.worldSize
    leader = outcome.leader
    ending = outcome.ending
    stepsOfTurn = outcome.stepsOfTurn
    floor = outcome.floor
    arenaBytes = outcome.arenaBytes
    plans = zip(entries, outcome.plans).map { entry, plan in
      Plan(
        name: entry.name, plan: "\(entry.experiment.plan)", schedule: entry.experiment.orderName,
        microbatches: entry.experiment.config.training.microbatches,
        predictedSeconds: plan.predicted, turns: plan.turns, arenaBytes: plan.arenaBytes,
        weightsSHA256: plan.weightsSHA256)
    }
  }

  /// The same, its plans called by other names.
  public func naming(_ names: [String]) -> RaceRecord {
    var record = self
    record.plans = zip(names, plans).map { name, plan in
      var plan = plan
      plan.name = name
      return plan
    }
    return record
  }

  /// Reads the last line of an output that is such a record; nil where none is.
  public init?(output: String) {
    for line in output.split(separator: "\n").reversed() {
      if let record = try? JSON.value(RaceRecord.self, from: line.utf8, allowsWords: true) {
        self = record
        return
      }
    }
    return nil
  }

  /// The rounds that counted.
  public var rounds: Int { plans.first?.turns.count ?? 0 }
}
