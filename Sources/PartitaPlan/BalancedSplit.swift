/// The contiguous split of a chain whose most expensive part is cheapest.
public enum BalancedSplit {
  /// Cuts `costs` into `parts` non-empty runs so that the largest sum is as small as possible;
  /// among equals the second largest, and so on by the same rule within what is left.
  ///
  /// The classic dynamic program over prefixes (chains-to-chains partitioning; Pınar and Aykanat
  /// 2004). Complexity: O(parts · n²) time, O(parts · n) memory.
  /// - Returns: the first index of each part but the first; empty for one part.
  public static func cuts(_ costs: [Double], parts: Int) -> [Int] {
    precondition(parts >= 1 && parts <= costs.count)
    var prefix = [0.0]
    for cost in costs { prefix.append(prefix[prefix.count - 1] + cost) }
    let count = costs.count
    // best[k][n]: the smallest largest sum of the first n costs in k parts; ties go to the split
    // whose sum of squares is least, which evens out the parts that don't set the maximum.
    struct Best { var largest, squares: Double; var cut: Int }
    let none = Best(largest: .infinity, squares: .infinity, cut: 0)
    var table = [(0...count).map { n in
      n == 0 ? none : Best(largest: prefix[n], squares: prefix[n] * prefix[n], cut: 0)
    }]
    for part in 1..<max(parts, 1) {
      var row = Array(repeating: none, count: count + 1)
      for n in part + 1...max(count, part + 1) where n <= count {
        for cut in part..<n {
          let before = table[part - 1][cut]
          let sum = prefix[n] - prefix[cut]
          let candidate = Best(
            largest: max(before.largest, sum), squares: before.squares + sum * sum, cut: cut)
          if (candidate.largest, candidate.squares) < (row[n].largest, row[n].squares) {
            row[n] = candidate
          }
        }
      }
      table.append(row)
    }
    var cuts: [Int] = []
    var end = count
    for part in (1..<max(parts, 1)).reversed() {
      end = table[part][end].cut
      cuts.append(end)
    }
    return cuts.reversed()
  }
}
