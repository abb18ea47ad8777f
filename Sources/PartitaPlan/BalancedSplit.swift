/// The contiguous split of a chain whose most expensive part is cheapest.
public enum BalancedSplit {
  /// As many steps of the plain programs are left to quicker ones.
  private static let longChain = 20_000_000

  /// Cuts `costs` into `parts` non-empty runs so that the largest sum is as small as possible;
  /// among equals the sum of the parts' squares is least, which evens out the parts that don't set
  /// the maximum; among equals again, the last cut is earliest, then the one before it.
  ///
  /// Two dynamic programs over prefixes (chains-to-chains partitioning; Pınar and Aykanat 2004):
  /// the first finds the largest sum, the second adds up squares under that bound.
  /// Complexity: O(parts · n²) time, O(parts · n) memory; of long chains O(parts · n · log n) time.
  /// - Returns: the first index of each part but the first; empty for one part.
  public static func cuts(_ costs: [Double], parts: Int) -> [Int] {
    precondition(parts >= 1 && parts <= costs.count)
    var prefix = [0.0]
    for cost in costs { prefix.append(prefix[prefix.count - 1] + cost) }
    guard parts * costs.count < longChain / costs.count else {
      return LongSplit(prefix, parts: parts).cuts
    }
    let bound = best(prefix, parts: parts) { before, sum in max(before, sum) }.cost
    return best(prefix, parts: parts) { before, sum in
      sum <= bound ? before + sum * sum : .infinity
    }.cuts
  }

  /// The least cost of a split, and the split; `extend` is the cost of a prefix and one part more.
  private static func best(
    _ prefix: [Double], parts: Int, extend: (_ before: Double, _ sum: Double) -> Double
  ) -> (cost: Double, cuts: [Int]) {
    let count = prefix.count - 1
    var costs = prefix.map { extend(0, $0) }
    var cutOf = [Array(repeating: 0, count: count + 1)]
    for part in 1..<parts {
      var row = Array(repeating: Double.infinity, count: count + 1)
      var cuts = Array(repeating: part, count: count + 1)
      for end in part + 1...count {
        for cut in part..<end {
          let cost = extend(costs[cut], prefix[end] - prefix[cut])
          if cost < row[end] { (row[end], cuts[end]) = (cost, cut) }
        }
      }
      costs = row
      cutOf.append(cuts)
    }
    var cuts: [Int] = []
    var end = count
    for part in (1..<parts).reversed() {
      end = cutOf[part][end]
      cuts.append(end)
    }
    return (costs[count], cuts.reversed())
  }
}
