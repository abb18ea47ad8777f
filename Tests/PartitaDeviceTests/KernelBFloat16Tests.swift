import CKernels
import PartitaGraph
import Testing

/// bfloat16 in C is the bfloat16 of the graph, bit for bit.
@Suite struct KernelBFloat16Tests {
  @Test func roundingIsTheGraphs() {
    var numbers: [Float] = []
    for upper in UInt32(0)...0xffff {
      for lower: UInt32 in [0, 1, 0x7fff, 0x8000, 0x8001, 0xffff] {
        numbers.append(Float(bitPattern: upper << 16 | lower))
      }
    }
    for count in [numbers.count, 1, 15, 17] {
      var halves = [UInt16](repeating: 0x5555, count: count + 1)
      pk_round_bfloat16(numbers, &halves, count)
      #expect(halves.last == 0x5555)
      #expect(zip(numbers, halves.dropLast()).allSatisfy { BFloat16.bits(of: $0) == $1 })
    }
  }

  @Test func wideningIsExact() {
    let halves = Array(UInt16.min...UInt16.max)
    var numbers = [Float](repeating: 7, count: halves.count + 1)
    pk_widen_bfloat16(halves, &numbers, halves.count)
    #expect(numbers.last == 7)
    #expect(zip(halves, numbers).allSatisfy { $1.bitPattern == UInt32($0) << 16 })
  }
}
