import CKernels
import Testing

struct KernelElementwiseTests {
  typealias Pointer = UnsafeMutablePointer<Float>

  @Test(arguments: oddSizes) func binary(n: Int) {
    let a = values(n, seed: 1)
    let b = values(n, seed: 2, in: 0.5...2)
    let cases: [(Comment, (Pointer, Pointer, Pointer) -> Void, (Double, Double) -> Double)] = [
      ("add", { pk_add($0, $1, $2, n) }, { $0 + $1 }),
      ("multiply", { pk_multiply($0, $1, $2, n) }, { $0 * $1 }),
      ("axpy", { pk_axpy(-0.3, $0, $1, $2, n) }, { Double(Float(-0.3)) * $0 + $1 }),
    ]
    for (name, kernel, formula) in cases {
      let y = run([a, b], output: a) { kernel($0[0], $0[1], $1) }
      expectClose(y, zip(a, b).map { formula(Double($0), Double($1)) }, tolerance: 3e-7, name)
      expectSameBits(run([b], output: a) { kernel($1, $0[0], $1) }, y, name)
      expectSameBits(run([a], output: b) { kernel($0[0], $1, $1) }, y, name)
    }
  }

  @Test(arguments: oddSizes) func unary(n: Int) {
    let a = values(n, in: 0...3)
    let cases: [(Comment, (Pointer, Pointer) -> Void, (Double) -> Double)] = [
      ("scale", { pk_scale($0, 0.7, $1, n) }, { Double(Float(0.7)) * $0 }),
      ("add constant", { pk_add_constant($0, 0.7, $1, n) }, { Double(Float(0.7)) + $0 }),
      ("square root", { pk_square_root($0, $1, n) }, { $0.squareRoot() }),
      ("copy", { pk_copy($0, $1, n) }, { $0 }),
    ]
    for (name, kernel, formula) in cases {
      let y = run([a], output: a.map { $0 + 1 }) { kernel($0[0], $1) }
      expectClose(y, a.map { formula(Double($0)) }, tolerance: 3e-7, name)
      expectSameBits(run([], output: a) { kernel($1, $1) }, y, name)
    }
  }
}
