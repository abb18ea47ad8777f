/// The ways to write a number as a sum of positive numbers, in order.
enum Compositions {
  /// All ways to write `sum` as `parts` numbers from 1 to `most`, in lexicographic order.
  ///
  /// Complexity: O(ways · parts).
  static func all(of sum: Int, parts: Int, most: Int) -> [[Int]] {
    var found: [[Int]] = []
    var current: [Int] = []
    func extend(_ rest: Int, _ parts: Int) {
      guard parts > 0 else {
        if rest == 0 { found.append(current) }
        return
      }
      // What is left must do for the other parts, and not be too much for them.
      let least = max(1, rest - (parts - 1) * most)
      let last = min(most, rest - (parts - 1))
      guard least <= last else { return }
      for part in least...last {
        current.append(part)
        extend(rest - part, parts - 1)
        current.removeLast()
      }
    }
    extend(sum, parts)
    return found
  }

  /// How many there are without a limit on the parts, C(sum - 1, parts - 1); at most `Int.max`.
  static func count(of sum: Int, parts: Int) -> Int {
    guard parts >= 1, sum >= parts else { return 0 }
    let take = min(parts - 1, sum - parts)
    var count = 1.0
    for index in 0..<take { count = count * Double(sum - 1 - index) / Double(index + 1) }
    return count < 1e15 ? Int(count.rounded()) : .max
  }

  /// The cuts that make `parts` runs of `count` layers, from a composition.
  static func cuts(_ lengths: [Int]) -> [Int] {
    var (end, cuts) = (0, [Int]())
    for length in lengths.dropLast() {
      end += length
      cuts.append(end)
    }
    return cuts
  }
}
