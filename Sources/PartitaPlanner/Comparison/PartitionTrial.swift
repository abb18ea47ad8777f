public import PartitaWorkload

/// One plan of one method, or why it has none.
public struct PartitionTrial: Hashable, Sendable {
  /// What is compared of a plan.
  public struct Plan: Hashable, Sendable {
    /// What it costs by the cost model, strictly.
    public var value: Double
    /// What the method itself takes it to cost, where it has an opinion.
    public var claimedValue: Double?
    /// The accelerators that it takes.
    public var devices: Int
    /// Its stages, or in device placement its devices.
    public var parts: Int
    /// What else is to say, in a sentence.
    public var remark: String?

    /// Puts the parts together.
    public init(
      value: Double, claimedValue: Double? = nil, devices: Int, parts: Int, remark: String? = nil
    ) {
      self.value = value
      self.claimedValue = claimedValue
      self.devices = devices
      self.parts = parts
      self.remark = remark
    }

    /// What a baseline answers.
    public init(_ result: BaselineResult) {
      self.init(
        value: result.value, claimedValue: result.claimedValue, devices: result.partition.devices,
        parts: result.partition.parts.count, remark: result.remark)
    }

    /// What the planner answers.
    public init(_ result: PartitionResult) {
      self.init(
        value: result.value, devices: result.partition.devices,
        parts: result.partition.parts.count)
    }
  }

  /// What came of it.
  public enum Outcome: Hashable, Sendable {
    /// A plan.
    case plan(Plan)
    /// None, and why.
    case refused(reason: String)
  }

  /// The method.
  public let method: PartitionMethod
  /// What it drew from; nil where it draws nothing.
  public let seed: UInt64?
  /// Seconds that planning took.
  public let seconds: Double
  /// What came of it.
  public var outcome: Outcome

  /// Puts the parts together.
  public init(
    method: PartitionMethod, seed: UInt64? = nil, seconds: Double, outcome: Outcome
  ) {
    self.method = method
    self.seed = seed
    self.seconds = seconds
    self.outcome = outcome
  }

  /// The plan, if there is one.
  public var plan: Plan? {
    if case .plan(let plan) = outcome { plan } else { nil }
  }
}

extension PartitionMethod {
  /// Whether other seeds give other plans.
  public var isSeeded: Bool { self == .random || self == .metis }
}
