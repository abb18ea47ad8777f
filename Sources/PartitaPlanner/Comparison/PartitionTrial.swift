public import PartitaWorkload

/// One attempt of one method: what its partition is worth, or why it has none.
public struct PartitionTrial: Hashable, Sendable {
  /// What is compared of a partition.
  public struct Score: Hashable, Sendable {
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

    /// A score by hand; `value` is in the cost model's unit.
    public init(
      value: Double, claimedValue: Double? = nil, devices: Int, parts: Int, remark: String? = nil
    ) {
      self.value = value
      self.claimedValue = claimedValue
      self.devices = devices
      self.parts = parts
      self.remark = remark
    }

    /// What a planner's answer is worth.
    public init(_ proposal: PartitionProposal) {
      self.init(
        value: proposal.value, claimedValue: proposal.claimedValue,
        devices: proposal.partition.devices, parts: proposal.partition.parts.count,
        remark: proposal.remark)
    }
  }

  /// What came of it.
  public enum Outcome: Hashable, Sendable {
    /// A partition.
    case scored(Score)
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
  /// The partition with the proof of its bound, where there is one.
  public var plan: PartitionDocument?

  /// What a method came to; `seconds` count refusals, too.
  public init(
    method: PartitionMethod, seed: UInt64? = nil, seconds: Double, outcome: Outcome,
    plan: PartitionDocument? = nil
  ) {
    self.method = method
    self.seed = seed
    self.seconds = seconds
    self.outcome = outcome
    self.plan = plan
  }

  /// The score, where there is a partition.
  public var score: Score? {
    if case .scored(let score) = outcome { score } else { nil }
  }
}

extension PartitionMethod {
  /// Whether other seeds give other partitions.
  public var isSeeded: Bool { self == .random || self == .metis }
}
