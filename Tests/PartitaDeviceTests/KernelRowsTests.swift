import CKernels
import Testing

struct KernelRowsTests {
  static let shapes = [
    [0, 3, 5], [1, 1, 1], [3, 17, 10], [4, 16, 4], [16, 512, 9], [17, 530, 6], [32, 784, 13],
  ]

  @Test(arguments: shapes, [false, true]) func againstDefinition(_ shape: [Int], fused: Bool) {
    let (m, k, n) = (shape[0], shape[1], shape[2])
    let (x, w, bias) = (values(m * k), values(n * k, seed: 2), values(n, seed: 3))
    let y = run([x, w, bias], output: values(m * n, seed: 4)) {
      pk_linear_rows($0[0], $0[1], fused ? $0[2] : nil, m, k, n, fused ? 1 : 0, $1)
    }
    let plain = product(x, w, m, n, k, a: (k, 1), b: (1, k))
    let want = plain.indices.map { fused ? max(0, plain[$0] + Double(bias[$0 % n])) : plain[$0] }
    expectClose(y, want, tolerance: 1e-5)
  }

  /// Law 2: a row's bits are the same whatever stands beside it.
  @Test func aRowDependsOnItAlone() {
    let (x, w) = (values(19 * 530), values(6 * 530, seed: 2))
    func rows(_ range: Range<Int>) -> [Float] {
      let part = Array(x[range.lowerBound * 530..<range.upperBound * 530])
      return run([part, w], output: [Float](repeating: 0, count: range.count * 6)) {
        pk_linear_rows($0[0], $0[1], nil, range.count, 530, 6, 0, $1)
      }
    }
    expectSameBits(Array(rows(0..<19)[5 * 6..<9 * 6]), rows(5..<9))
  }

  @Test func nanPassesTheClampInItsRowOnly() {
    var x = values(5 * 20)
    x[2 * 20 + 7] = .nan
    let w = values(3 * 20, seed: 2)
    let y = run([x, w], output: [Float](repeating: 0, count: 15)) {
      pk_linear_rows($0[0], $0[1], nil, 5, 20, 3, 1, $1)
    }
    #expect(y.indices.allSatisfy { y[$0].isNaN == ($0 / 3 == 2) })
  }
}
