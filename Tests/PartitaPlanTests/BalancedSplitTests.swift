import PartitaPlan
import Testing

/// The balanced split against every split there is (law 6: a plan that could be better is found).
@Suite struct BalancedSplitTests {
  /// All chains of up to seven costs out of a few, all numbers of parts: the largest part is
  /// smallest, then the sum of squares, then the last cuts come first.
  @Test(arguments: [[1.0, 2, 5], [0, 1, 3], [2, 3, 7], [1, 1, 1]])
  func againstAllSplits(_ costs: [Double]) {
    var tested = 0
    for count in 1...7 {
      for chain in chains(of: costs, count: count) {
        for parts in 1...count {
          let found = BalancedSplit.cuts(chain, parts: parts)
          let best = splits(of: count, parts: parts).min { isBetter($0, $1, for: chain) }
          #expect(found == best, "\(chain) in \(parts)")
          tested += 1
        }
      }
    }
    #expect(tested > 10_000)
  }

  /// The second largest parts are evened out although they don't matter for the largest.
  @Test func tiesAreEvenedOut() {
    #expect(BalancedSplit.cuts([9, 1, 1, 1, 1], parts: 3) == [1, 3])
    #expect(BalancedSplit.cuts([1, 1, 1, 1, 9], parts: 3) == [2, 4])
    // The second largest sum is 4 in 4 + 4 + 2 + 9, but 5 in 3 + 2 + 5 + 9.
    #expect(BalancedSplit.cuts([3, 1, 1, 3, 2, 9], parts: 4) == [2, 4, 5])
  }

  /// Long chains have a quicker way to the same split; sums of whole numbers are exact.
  @Test func longChainsAreSplitAlike() {
    var random = SystemRandomNumberGenerator()
    for count in 1...60 {
      let costs = (0..<count).map { _ in Double(Int.random(in: 0...9, using: &random)) }
      let prefix = costs.reduce(into: [0.0]) { $0.append($0[$0.count - 1] + $1) }
      for parts in Set([1, 2, 3, count / 3, count - 1, count]) where 1...count ~= parts {
        let cuts = LongSplit(prefix, parts: parts).cuts
        #expect(cuts == BalancedSplit.cuts(costs, parts: parts), "\(costs) in \(parts)")
      }
    }
  }

  @Test func extremes() {
    #expect(BalancedSplit.cuts([3], parts: 1) == [])
    #expect(BalancedSplit.cuts([0, 0, 0], parts: 3) == [1, 2])
    #expect(BalancedSplit.cuts([0, 0, 0], parts: 2) == [1])
  }

  private func chains(of costs: [Double], count: Int) -> [[Double]] {
    count == 0
      ? [[]] : chains(of: costs, count: count - 1).flatMap { chain in costs.map { chain + [$0] } }
  }

  private func splits(of count: Int, parts: Int, after first: Int = 0) -> [[Int]] {
    if parts == 1 { return [[]] }
    return (first + 1..<max(count, first + 1)).flatMap { cut in
      splits(of: count, parts: parts - 1, after: cut).map { [cut] + $0 }
    }
  }

  private func isBetter(_ a: [Int], _ b: [Int], for chain: [Double]) -> Bool {
    func key(_ cuts: [Int]) -> (Double, Double) {
      let bounds = [0] + cuts + [chain.count]
      let sums = zip(bounds, bounds.dropFirst()).map { chain[$0..<$1].reduce(0, +) }
      return (sums.max() ?? 0, sums.reduce(0) { $0 + $1 * $1 })
    }
    let (left, right) = (key(a), key(b))
    if left != right { return left < right }
    return a.reversed().lexicographicallyPrecedes(b.reversed())
  }
}
