package import PartitaGraph

extension SplitMix64 {
  /// True once in so many times.
  package mutating func oneIn(_ times: Int) -> Bool {
    Int.random(in: 0..<times, using: &self) == 0
  }

  /// A whole number as a cost; now and then 0.
  mutating func cost(_ range: ClosedRange<Int>) -> Double {
    oneIn(6) ? 0 : Double(Int.random(in: range, using: &self))
  }
}
