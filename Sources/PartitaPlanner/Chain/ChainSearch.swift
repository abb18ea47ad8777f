internal import PartitaWorkload

/// Bisects the value of the slowest stage.
enum ChainSearch {
  /// Two values closer than this share are the same: it is above what rounding does to sums, and below
  /// the gap that counts as optimal.
  static let tolerance = 1e-9

  /// What a search found.
  struct Answer<Proof> {
    /// The best partition; nil where none is below the value that was known.
    var partition: Partition?
    /// Its value, or the known one.
    var value: Double
    /// Nothing costs less.
    var bound: Double
    /// What showed that nothing is below `bound`; nil where the search didn't get that far.
    var proof: Proof?
    /// Whether `bound` is `value`, but for the tolerance.
    var isComplete = false
  }

  /// Bisects between a lower bound and a value that something is known to have.
  ///
  /// - Parameters:
  ///   - bound: nothing costs less.
  ///   - known: the value of a known partition, or infinity.
  ///   - closeness: a share of the value; when no more is between it and the bound, the search ends.
  ///   - isOver: asked before and after each attempt; true ends the search with what it has.
  ///   - value: the value of a partition.
  ///   - attempt: a partition below a threshold, nil where there is none; and why.
  static func best<Proof>(
    from bound: Double, below known: Double, closeness: Double = 0, isOver: () -> Bool,
    value: (Partition) -> Double,
    attempt: (Double) -> (Partition?, Proof)
  ) -> Answer<Proof> {
    var answer = Answer<Proof>(value: known, bound: bound)
    var step = 0
    while !answer.isComplete, !isOver(),
      !(answer.value - answer.bound < closeness * answer.value)
    {
      // Now and then just below the best value, which ends the search; else half of what is left.
      let ceiling = answer.value * (1 - tolerance)
      let isNarrow = step % 2 == 1 && answer.value - answer.bound < 0.02 * answer.value
      let middle = answer.bound + (answer.value - answer.bound) / 2
      let threshold = answer.value == .infinity || isNarrow ? ceiling : min(ceiling, middle)
      step += 1
      let (partition, proof) = attempt(threshold)
      if let partition {
        answer.partition = partition
        answer.value = value(partition)
      } else if isOver() {
        break
      } else {
        answer.bound = threshold
        answer.proof = proof
        answer.isComplete = threshold >= ceiling
      }
    }
    return answer
  }

  /// Bisects among all pairs of prefixes of a table.
  static func best(
    _ table: some ChainTable, from bound: Double, below known: Double, closeness: Double = 0,
    isOver: () -> Bool, value: (Partition) -> Double
  ) -> Answer<ChainLabels> {
    func attempt(_ threshold: Double) -> (Partition?, ChainLabels) {
      let labels = ChainLabels(table, below: threshold)
      return (labels.partition(table), labels)
    }
    return best(
      from: bound, below: known, closeness: closeness, isOver: isOver, value: value,
      attempt: attempt)
  }
}
