internal import PartitaPlan
public import PartitaWorkload

/// Several methods' plans for one workload on one number of devices.
public struct PartitionComparison: Hashable, Sendable {
  /// The number of devices.
  public let devices: Int
  /// No plan costs less: proved by the planner, where it was asked and answered.
  public let lowerBound: Double?
  /// All plans, by method in the order of the methods, then by seed.
  public let trials: [PartitionTrial]

  /// Compares.
  ///
  /// The planner's plan never costs more than any other method's: one that does gives way to the
  /// better one, and says so.
  /// - Parameters:
  ///   - devices: those that every method had.
  ///   - lowerBound: the planner's.
  ///   - trials: what the methods came to, in any order.
  /// - Throws: `PartitionComparisonError` where a plan costs less than the bound: then the bound is
  ///   wrong, or the value is.
  public init(
    devices: Int, lowerBound: Double?, trials: [PartitionTrial]
  ) throws(PartitionComparisonError) {
    self.devices = devices
    self.lowerBound = lowerBound
    var trials = trials.enumerated().sorted { first, second in
      let (one, other) = (first.element.method.place, second.element.method.place)
      return (one, first.offset) < (other, second.offset)
    }.map(\.element)
    if let (best, score) = Self.best(trials) {
      if let lowerBound, score.value < lowerBound * (1 - 1e-9) {
        throw PartitionComparisonError(
          method: best.method, devices: devices, value: score.value, lowerBound: lowerBound)
      }
      if let planned = trials.firstIndex(where: { $0.method == .optimal }),
        trials[planned].score?.value ?? .infinity > score.value
      {
        var adopted = score
        adopted.claimedValue = nil
        adopted.remark =
          "the plan of '\(best.method.rawValue)': the search itself found "
          + (trials[planned].score.map { "\($0.value)" } ?? "none")
        trials[planned].outcome = .scored(adopted)
        trials[planned].plan = best.plan.map { trials[planned].plan?.taking(planOf: $0) ?? $0 }
      }
    }
    self.trials = trials
  }

  /// The least value of all plans; nil where there is no plan.
  public var best: Double? { Self.best(trials)?.score.value }

  /// Whether the bound proves that no plan is better than one; nil without either.
  public func isProved(_ trial: PartitionTrial) -> Bool? {
    guard let value = trial.score?.value, let lowerBound else { return nil }
    return value - lowerBound <= 1e-7 * value
  }

  /// The methods that were tried, in their order.
  public var methods: [PartitionMethod] {
    PartitionMethod.allCases.filter { method in trials.contains { $0.method == method } }
  }

  /// What came of all trials of a method; nil where none was made.
  public func summary(of method: PartitionMethod) -> Summary? {
    let own = trials.filter { $0.method == method }
    guard let last = own.last else { return nil }
    let scores = own.compactMap(\.score)
    let values = scores.map(\.value)
    guard let median = scores.lowerMedian(by: \.value), let least = values.min(),
      let most = values.max()
    else {
      if case .refused(let reason) = last.outcome { return .refused(reason: reason) }
      return nil
    }
    return .scores(median: median, range: least...most, count: scores.count)
  }

  /// What came of all trials of a method.
  public enum Summary: Hashable, Sendable {
    /// The plan of the middle value (the lower of two), the range of all values, and how many.
    case scores(median: PartitionTrial.Score, range: ClosedRange<Double>, count: Int)
    /// No plan, and why.
    case refused(reason: String)
  }

  /// Seconds that a plan of a method took, in the median; nil where none was made.
  public func seconds(of method: PartitionMethod) -> Double? {
    trials.filter { $0.method == method && $0.score != nil }.map(\.seconds).lowerMedian { $0 }
  }

  private static func best(
    _ trials: [PartitionTrial]
  ) -> (trial: PartitionTrial, score: PartitionTrial.Score)? {
    var best: (trial: PartitionTrial, score: PartitionTrial.Score)?
    for trial in trials {
      if let score = trial.score, score.value < best?.score.value ?? .infinity {
        best = (trial, score)
      }
    }
    return best
  }
}

/// A plan costs less than what the planner proves that any plan costs.
public struct PartitionComparisonError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Whose plan.
  public let method: PartitionMethod
  /// On how many devices.
  public let devices: Int
  /// What the plan costs, and what it should cost at least.
  public let value, lowerBound: Double

  public var description: String {
    "on \(devices) devices the plan of '\(method.rawValue)' costs \(value), less than the proved "
      + "bound \(lowerBound): one of the two is wrong; please report it with the workload"
  }
}

extension PartitionMethod {
  /// The place among all methods.
  fileprivate var place: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
