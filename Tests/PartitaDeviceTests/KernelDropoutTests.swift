import CKernels
import Testing

struct KernelDropoutTests {
  /// Known answers of the authors' own test suite (Random123, kat_vectors).
  @Test func philox() {
    var words = [UInt32](repeating: 0, count: 4)
    pk_philox(0, [0, 0, 0, 0], &words)
    #expect(words == [0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8])
    pk_philox(.max, [.max, .max, .max, .max], &words)
    #expect(words == [0x408F_276D, 0x41C8_3B0E, 0xA20B_C7C6, 0x6D54_51FD])
    pk_philox(
      0x299F_31D0_A409_3822, [0x243F_6A88, 0x85A3_08D3, 0x1319_8A2E, 0x0370_7344], &words)
    #expect(words == [0xD16C_FE09, 0x94FD_CCEB, 0x5001_E420, 0x2412_6EA1])
  }

  @Test(arguments: [0, 1, 3, 64, 67, 1025]) func mask(n: Int) {
    let (samples, first, step, key) = (3, UInt32(40), UInt32(7), UInt64(0x1234_5678_9ABC_DEF0))
    let x = values(samples * n)
    let want = x.indices.map { i in
      var words = [UInt32](repeating: 0, count: 4)
      let (sample, element) = (UInt32(i / n), i % n)
      pk_philox(key, [UInt32(element / 4), first + sample, 0, step], &words)
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
