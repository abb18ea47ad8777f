/// Steele, Lea and Flood's SplitMix64: the same numbers for the same seed, everywhere.
package struct SplitMix: RandomNumberGenerator {
  private var state: UInt64

  package init(seed: UInt64) { state = seed }

  package mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// True once in so many times.
  package mutating func oneIn(_ times: Int) -> Bool { Int.random(in: 0..<times, using: &self) == 0 }

  /// A whole number as a cost; now and then 0.
  package mutating func cost(_ range: ClosedRange<Int>) -> Double {
    oneIn(6) ? 0 : Double(Int.random(in: range, using: &self))
  }
}
