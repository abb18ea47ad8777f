package import PartitaWorkload

/// What a method other than the search finds.
package struct BaselineResult: Hashable, Sendable {
  /// The partition.
  package var partition: Partition
  /// What it costs by the cost model, strictly.
  package var value: Double
  /// What the method itself takes it to cost, where it has an opinion.
  package var claimedValue: Double?
  /// What the method did otherwise than its name says, in a sentence.
  package var remark: String?
}
