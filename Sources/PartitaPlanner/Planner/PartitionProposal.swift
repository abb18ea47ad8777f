public import PartitaWorkload

/// What a planner answers: a partition with its bound, and what the planner itself says of it.
public struct PartitionProposal: Hashable, Sendable {
  /// The partition, what it costs by the cost model, strictly, and a bound with its proof.
  public let result: PartitionResult
  /// What the planner itself takes the partition to cost, where it has an opinion.
  public let claimedValue: Double?
  /// What it did otherwise than its name says, in a sentence.
  public let remark: String?

  /// A partition that the cost model alone speaks of, unless there is more to say.
  public init(_ result: PartitionResult, claimedValue: Double? = nil, remark: String? = nil) {
    self.result = result
    self.claimedValue = claimedValue
    self.remark = remark
  }

  /// The partition.
  public var partition: Partition { result.partition }
  /// What it costs by the cost model.
  public var value: Double { result.value }
}
