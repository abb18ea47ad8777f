internal import PartitaGraph

/// The random signs of one parameter: its part of every random vector, the same on any rank that holds it.
///
/// Of all numbers with mean 0 and variance 1, each drawn by itself, signs give vᵀHv the least variance
/// (Hutchinson 1989). Element `e` of vector `number` is -1 where the highest bit of word `e mod 4` of the
/// block with the counter words `(e div 4, 0, 0, number)` is set, and else 1: see `RandomStream`.
public struct SignStream: Hashable, Sendable {
  private let stream: RandomStream

  /// - Parameters:
  ///   - seed: of the run.
  ///   - parameter: its name.
  public init(seed: UInt64, parameter: String) {
    stream = RandomStream(seed: seed, name: "\(parameter).direction")
  }

  /// The signs of some elements of a vector: 1 or -1.
  ///
  /// - Parameters:
  ///   - range: the elements, below 2³⁴.
  ///   - number: of the vector, from 0 on.
  public func signs(_ range: Range<Int>, of number: Int) -> [Float] {
    var signs: [Float] = []
    signs.reserveCapacity(range.count)
    var block = SIMD4<UInt32>()
    for element in range {
      if element == range.lowerBound || element & 3 == 0 {
        block = stream.block(UInt32(element >> 2), sample: 0, step: UInt32(number))
      }
      signs.append(block[element & 3] >> 31 == 1 ? -1 : 1)
    }
    return signs
  }
}
