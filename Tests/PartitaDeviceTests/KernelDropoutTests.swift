import CKernels
import PartitaGraph
import Testing

struct KernelDropoutTests {
  @Test(arguments: [0, 1, 3, 64, 67, 1025]) func mask(n: Int) {
    let (samples, first, step, key) = (3, UInt32(40), UInt32(7), UInt64(0x1234_5678_9ABC_DEF0))
    let x = values(samples * n)
    let want = x.indices.map { i in
      let (sample, element) = (UInt32(i / n), i % n)
      let words = Philox4x32.block(
        counter: SIMD4(UInt32(element / 4), first + sample, 0, step),
        key: SIMD2(UInt32(truncatingIfNeeded: key), UInt32(key >> 32)))
      let kept = Float(words[element % 4] >> 8) * 0x1p-24 >= 0.25
      return kept ? Double(x[i]) / 0.75 : 0
    }
    let y = run([x], output: x) { pk_dropout($0[0], 0.25, key, first, step, samples, n, $1) }
    expectClose(y, want, tolerance: 3e-7)
    expectSameBits(run([], output: x) { pk_dropout($1, 0.25, key, first, step, samples, n, $1) }, y)
    let later = run([Array(x.dropFirst(n))], output: Array(x.dropFirst(n))) {
      pk_dropout($0[0], 0.25, key, first + 1, step, samples - 1, n, $1)
    }
    expectSameBits(later, Array(y.dropFirst(n)), "a sample's mask depends on the cut of the batch")
  }

  @Test func rates() {
    let x = values(100)
    expectSameBits(run([x], output: x) { pk_dropout($0[0], 0, 1, 0, 0, 1, 100, $1) }, x)
    let none = run([x], output: x) { pk_dropout($0[0], 1, 1, 0, 0, 1, 100, $1) }
    #expect(none.allSatisfy { $0 == 0 })
    let nan = [Float](repeating: .nan, count: 9)
    let still = run([nan], output: nan) { pk_dropout($0[0], 0.9, 1, 0, 0, 1, 9, $1) }
    #expect(still.filter(\.isNaN).count == 9)
  }
}
