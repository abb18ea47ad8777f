internal import PartitaWorkload

/// Bisects the value of the slowest stage.
enum ChainSearch {
  /// Two values closer than this share are the same: it is above what rounding does to sums, and below
  /// the gap that counts as optimal.
  static let tolerance = 1e-9

  /// What a plan that is no worse than a known one is below, give or take the tolerance.
  static func ceiling(above value: Double) -> Double {
    max(value * (1 + 2 * tolerance), .leastNormalMagnitude)
  }

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
  ///   - meter: asked before and after each attempt; it ends the search with what it has.
  ///   - value: the value of a partition.
  ///   - attempt: a partition below a threshold, nil where there is none; and why.
  static func best<Proof>(
    from bound: Double, below known: Double, closeness: Double = 0, meter: SearchMeter,
    value: (Partition) -> Double,
    attempt: (Double) -> (Partition?, Proof)
  ) -> Answer<Proof> {
    var answer = Answer<Proof>(value: known, bound: bound)
    var step = 0
    while !answer.isComplete, !meter.isOver,
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
      } else if meter.isOver {
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
    meter: SearchMeter, value: (Partition) -> Double
  ) -> Answer<ChainLabels> {
    best(
      from: bound, below: known, closeness: closeness, meter: meter, value: value,
      attempt: { table.attempt(below: $0, meter) })
  }

  /// A partition that is better than a known one by more than a millionth; nil where there is none.
  ///
  /// Where there is none one attempt says so: no bound is asked for.
  static func better<Proof>(
    than known: Double, from bound: Double, meter: SearchMeter, value: (Partition) -> Double,
    attempt: (Double) -> (Partition?, Proof)
  ) -> Partition? {
    guard let first = attempt(known * (1 - 1e-6)).0 else { return nil }
    return best(
      from: bound, below: value(first), closeness: 1e-4, meter: meter, value: value,
      attempt: attempt
    ).partition ?? first
  }

  /// The same among all pairs of prefixes of a table.
  static func better(
    _ table: some ChainTable, than known: Double, from bound: Double, meter: SearchMeter,
    value: (Partition) -> Double
  ) -> Partition? {
    better(than: known, from: bound, meter: meter, value: value) {
      table.attempt(below: $0, meter)
    }
  }
}

extension ChainTable {
  fileprivate func attempt(
    below threshold: Double, _ meter: SearchMeter
  ) -> (Partition?, ChainLabels) {
    let labels = ChainLabels(self, below: threshold, meter: meter)
    return (labels.partition(self), labels)
  }
}
