/// The balanced split of a long chain: the same as the plain programs', but where two splits are as good
/// as equal and rounding decides.
package struct LongSplit {
  /// More entries of a table are not kept: then parts are as long as the largest allows.
  private static let mostEntries = 20_000_000

  private let prefix: [Double]
  private let parts: Int
  /// No part costs more.
  private let bound: Double

  /// - Parameters:
  ///   - prefix: sums of all first costs, from none to all of them.
  ///   - parts: as many runs, none of them empty.
  package init(_ prefix: [Double], parts: Int) {
    self.prefix = prefix
    self.parts = parts
    bound = Self.bound(prefix, parts)
  }

  private var count: Int { prefix.count - 1 }

  /// The least largest sum: halves between numbers that Double has until none is left between.
  private static func bound(_ prefix: [Double], _ parts: Int) -> Double {
    let whole = prefix[prefix.count - 1]
    var (low, high) = ((whole / Double(parts) * (1 - 1e-9)).bitPattern, whole.bitPattern)
    if fits(prefix, parts, Double(bitPattern: low)) { low = 0 }
    while high - low > 1 {
      let middle = low + (high - low) / 2
      if fits(prefix, parts, Double(bitPattern: middle)) { high = middle } else { low = middle }
    }
    return fits(prefix, parts, Double(bitPattern: low))
      ? Double(bitPattern: low) : Double(bitPattern: high)
  }

  /// Whether runs that are as long as a bound allows are few enough.
  private static func fits(_ prefix: [Double], _ parts: Int, _ bound: Double) -> Bool {
    var start = 0
    for _ in 0..<parts {
      let end = end(prefix, from: start, bound)
      if end == prefix.count - 1 { return true }
      guard end > start else { return false }
      start = end
    }
    return false
  }

  /// The end of the longest run that a bound allows.
  private static func end(_ prefix: [Double], from start: Int, _ bound: Double) -> Int {
    var (low, high) = (start, prefix.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if prefix[middle] - prefix[start] <= bound { low = middle } else { high = middle }
    }
    return low
  }

  /// The first index of each part but the first.
  ///
  /// Sums of squares obey the quadrangle inequality, so the best last cut never moves back as the end
  /// goes on: the ends' cuts are found by halves (Galil and Park, "Dynamic programming with convexity,
  /// concavity and sparsity", Theoretical Computer Science 92, 1992).
  package var cuts: [Int] {
    guard parts * (count + 1) <= Self.mostEntries else { return longest }
    var costs = prefix.map { $0 <= bound ? $0 * $0 : .infinity }
    var cutOf = [[Int32]]()
    // Behind it no split into the parts so far exists.
    var reach = Self.end(prefix, from: 0, bound)
    for part in 1..<max(1, parts) {
      var row = Array(repeating: Double.infinity, count: count + 1)
      var cuts = Array(repeating: Int32(part), count: count + 1)
      reach = Self.end(prefix, from: reach, bound)
      // Ranges of ends, with the range that their cuts are in.
      var open = [(first: part + 1, last: reach, low: part, high: count - 1)]
      while let (first, last, low, high) = open.popLast() {
        guard first <= last else { continue }
        let end = (first + last) / 2
        var best = low
        for cut in low..<max(low, min(high + 1, end)) {
          let sum = prefix[end] - prefix[cut]
          guard sum <= bound else { continue }
          let cost = costs[cut] + sum * sum
          if cost < row[end] { (row[end], cuts[end], best) = (cost, Int32(cut), cut) }
        }
        open.append((first, end - 1, low, best))
        open.append((end + 1, last, best, high))
      }
      costs = row
      cutOf.append(cuts)
    }
    var cuts: [Int] = []
    var end = count
    for row in cutOf.reversed() {
      end = Int(row[end])
      cuts.append(end)
    }
    return cuts.reversed()
  }

  /// Each part as long as the largest allows, with an entry left for each that follows.
  private var longest: [Int] {
    var cuts: [Int] = []
    var start = 0
    for part in 1..<max(1, parts) {
      start = max(start + 1, min(Self.end(prefix, from: start, bound), count - parts + part))
      cuts.append(start)
    }
    return cuts
  }
}
