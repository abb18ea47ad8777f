internal import PartitaFiles
internal import PartitaKeys
internal import PartitaPlan
internal import PartitaSchedule
internal import PartitaSimulator

/// A plan as a file, `*.plan.json`: what was chosen, for which network, and what was promised of it.
///
/// Training reads who holds which layers and in which order ranks work; whoever checks it reads the
/// rest too.
public struct PlanDocument: Hashable, Sendable {
  /// The network and the costs that a plan was made for.
  public struct Origin: Hashable, Sendable, Codable {
    /// The SHA-256 of graph, microbatches and gradient groups.
    public let modelSHA256: String
    /// The SHA-256 of the profile.
    public let profileSHA256: String
    /// The layers, in model order.
    public let layers: [String]
    /// The samples of each microbatch.
    public let microbatchSizes: [Int]
    /// Whether the microbatches are others than the configuration's, which changes bits.
    public let changesBits: Bool

    enum CodingKeys: String, CodingKey, CaseIterable {
      case layers
      case modelSHA256 = "model_sha256"
      case profileSHA256 = "profile_sha256"
      case microbatchSizes = "microbatch_sizes"
      case changesBits = "changes_bits"
    }

    /// What a plan is for.
    public init(
      modelSHA256: String, profileSHA256: String, layers: [String], microbatchSizes: [Int],
      changesBits: Bool = false
    ) {
      self.modelSHA256 = modelSHA256
      self.profileSHA256 = profileSHA256
      self.layers = layers
      self.microbatchSizes = microbatchSizes
      self.changesBits = changesBits
    }
  }

  /// What was promised.
  public struct Promise: Hashable, Sendable, Codable {
    /// Seconds of a step.
    public let seconds: Double
    /// Seconds that no plan is below.
    public let lowerBound: Double
    /// What `seconds` is above the bound, as a share of it.
    public let gap: Double
    /// How the search ended.
    public let search: StepPlan.Ending
    /// Choices that were judged.
    public let judged: Int
    /// Bytes of each rank's arena.
    public let bytes: [Int]
    /// Seconds in which ranks do nothing, over all of them, by cause.
    public let idle: [String: Double]

    enum CodingKeys: String, CodingKey, CaseIterable {
      case seconds, gap, search, judged, bytes, idle
      case lowerBound = "lower_bound"
    }
  }

  /// What came of it in a race against others.
  public struct Measured: Hashable, Sendable, Codable {
    /// Seconds of a step.
    public let seconds: Double
    /// Seconds that were predicted by costs of the same minutes; nil where none were measured.
    public let predicted: Double?
    /// The plans that ran.
    public let plans: Int
    /// The rounds that counted.
    public let rounds: Int
    /// By what share a plan that ran twice differed from itself.
    public let floor: Double

    /// What a race said.
    public init(seconds: Double, predicted: Double?, plans: Int, rounds: Int, floor: Double) {
      self.seconds = seconds
      self.predicted = predicted
      self.plans = plans
      self.rounds = rounds
      self.floor = floor
    }
  }

  /// A choice that none dominates.
  public struct Alternative: Hashable, Sendable, Codable {
    /// Its ranks.
    public let ranks: Int
    /// Seconds of a step.
    public let seconds: Double
    /// Bytes of the rank that needs most.
    public let bytes: Int
    /// Stages and replicas, as `2 x 2`, with the first layers of the stages.
    public let plan: String
    /// The schedule.
    public let schedule: String
  }

  /// What the file is.
  public static let format = "partita-plan"
  /// The version of its form.
  public static let version = 1

  /// What it is for.
  public let origin: Origin
  /// What was chosen.
  public let choice: StepChoice
  /// What was asked for beside the ranks.
  public let pins: PlanPins
  /// Bytes that a rank's arena was allowed.
  public let memoryLimit: Int?
  /// What was promised.
  public let promise: Promise
  /// What nothing dominates in time, memory and ranks.
  public let front: [Alternative]
  /// What came of it in a race; nil where it took part in none.
  public var measured: Measured?
  /// The host of each rank; nil where there is one.
  public var hosts: [Int]?

  /// Writes an answer down.
  ///
  /// - Parameters:
  ///   - plan: the answer.
  ///   - origin: what it is for.
  ///   - pins: what was not to be chosen.
  ///   - memoryLimit: what a rank's arena was allowed.
  ///   - others: the fronts of fewer ranks.
  public init(
    _ plan: StepPlan, of origin: Origin, pins: PlanPins, memoryLimit: Int?,
    others: [StepPlan.Alternative] = []
  ) {
    self.origin = origin
    self.pins = pins
    self.memoryLimit = memoryLimit
    choice = plan.choice
    let idle = plan.prediction.ranks.map(\.idle)
    promise = Promise(
      seconds: plan.seconds, lowerBound: plan.lowerBound, gap: plan.gap, search: plan.ending,
      judged: plan.judged, bytes: plan.bytes,
      idle: [
        "fill_and_drain": idle.reduce(0) { $0 + $1.fillAndDrain },
        "imbalance": idle.reduce(0) { $0 + $1.imbalance },
        "messages": idle.reduce(0) { $0 + $1.messages },
        "reduction": idle.reduce(0) { $0 + $1.reduction },
        "memory": idle.reduce(0) { $0 + $1.memory },
      ])
    front = StepPlan.Alternative.front(plan.front + others).map { alternative in
      let plan = alternative.choice.plan
      let starts = plan.stages.map { origin.layers[$0.layers.lowerBound] }
      return Alternative(
        ranks: plan.worldSize, seconds: alternative.seconds, bytes: alternative.bytes,
        plan: "\(plan) from \(starts.joined(separator: ", "))",
        schedule: alternative.choice.order.words)
    }
  }

  init(
    origin: Origin, choice: StepChoice, pins: PlanPins, memoryLimit: Int?, promise: Promise,
    front: [Alternative], measured: Measured?, hosts: [Int]?
  ) {
    self.origin = origin
    self.choice = choice
    self.pins = pins
    self.memoryLimit = memoryLimit
    self.promise = promise
    self.front = front
    self.measured = measured
    self.hosts = hosts
  }
}

extension StepPlan.Alternative {
  /// Those that none of the others is at least as good as in ranks, seconds and bytes.
  ///
  /// Complexity: O(alternatives²).
  public static func front(_ all: [StepPlan.Alternative]) -> [StepPlan.Alternative] {
    func cost(_ one: StepPlan.Alternative) -> (Int, Double, Int) {
      (one.choice.plan.worldSize, one.seconds, one.bytes)
    }
    let order = all.indices.sorted { a, b in
      let (first, second) = (cost(all[a]), cost(all[b]))
      return first == second ? a < b : first < second
    }
    let sorted: [StepPlan.Alternative] = order.map { all[$0] }
    return sorted.enumerated().filter { place, one in
      !sorted.enumerated().contains { other in
        let (a, b) = (cost(other.element), cost(one))
        guard other.offset != place, a.0 <= b.0, a.1 <= b.1, a.2 <= b.2 else { return false }
        return a != b || other.offset < place
      }
    }.map(\.element)
  }
}
