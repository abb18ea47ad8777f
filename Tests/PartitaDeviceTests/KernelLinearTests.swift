import COneDNN
import PartitaGraph
import Testing

/// An oneDNN context that ends with its owner, on one thread.
final class KernelContext {
  let pointer: OpaquePointer

  init() throws {
    try #require(pd_set_threads(1) == 0)
    var made: OpaquePointer?
    try #require(pd_context_create(&made) == 0)
    pointer = try #require(made)
  }

  deinit { pd_context_destroy(pointer) }
}

/// Memory for the workspace, at 64 bytes, full of NaN.
func workspace(_ bytes: Int) -> UnsafeMutableRawPointer {
  let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes + 64, alignment: 64)
  memory.initializeMemory(as: UInt8.self, repeating: 0xFF, count: bytes + 64)
  return memory
}

/// c += a b over rows x inner times inner x columns, by strides.
func product(
  _ a: [Float], _ b: [Float], _ m: Int, _ n: Int, _ k: Int, a aSteps: (Int, Int),
  b bSteps: (Int, Int)
) -> [Double] {
  (0..<m * n).map { i in
    (0..<k).reduce(0) {
      $0 + Double(a[i / n * aSteps.0 + $1 * aSteps.1]) * Double(b[$1 * bSteps.0 + i % n * bSteps.1])
    }
  }
}

struct KernelLinearTests {
  static let shapes = [
    [0, 3, 5], [4, 0, 5], [4, 5, 0], [1, 1, 1], [3, 17, 10], [15, 8, 6], [17, 33, 65], [40, 20, 3],
  ]

  @Test(arguments: shapes, [0, 3]) func layer(_ shape: [Int], fused: Int) throws {
    let context = try KernelContext()
    let (m, k, n) = (shape[0], shape[1], shape[2])
    let (x, w, bias) = (values(m * k), values(n * k, seed: 2), values(n, seed: 3))
    let (dy, start) = (values(m * n, seed: 4), values(n * k, seed: 5))
    var made: OpaquePointer?
    try #require(pd_linear_create(context.pointer, m, k, n, 7, Int32(fused), &made) == 0)
    let layer = try #require(made)
    defer { pd_linear_destroy(layer) }
    let memory = workspace(pd_linear_workspace(layer))
    defer { memory.deallocate() }
    let y = run([x, w, bias], output: dy) {
      #expect(pd_linear_forward(layer, $0[0], $0[1], $0[2], $1, memory) == 0)
    }
    let plain = product(x, w, m, n, k, a: (k, 1), b: (1, k))
    expectClose(
      y, plain.indices.map { fused == 0 ? plain[$0] : max(0, plain[$0] + Double(bias[$0 % n])) },
      tolerance: 1e-5)
    let dx = run([dy, w], output: x) {
      #expect(pd_linear_input_gradient(layer, $0[0], $0[1], $1, memory) == 0)
    }
    expectClose(dx, product(dy, w, m, k, n, a: (n, 1), b: (k, 1)), tolerance: 1e-5)
    let gradient = product(dy, x, n, k, m, a: (1, n), b: (k, 1))
    for accumulate in [0, 1] {
      let dw = run([dy, x], output: start) {
        let status = pd_linear_weight_gradient(layer, $0[0], $0[1], Int32(accumulate), $1, memory)
        #expect(status == 0)
      }
      expectClose(
        dw, zip(gradient, start).map { $0 + Double(accumulate) * Double($1) }, tolerance: 1e-5)
    }
  }

  /// Factors of bfloat16 are multiplied as the numbers that they are, and added up in float32.
  @Test(arguments: shapes, [0, 3]) func narrowFactors(_ shape: [Int], fused: Int) throws {
    let context = try KernelContext()
    let (m, k, n) = (shape[0], shape[1], shape[2])
    let (x, w, dy) = (narrow(m * k), narrow(n * k, seed: 2), narrow(m * n, seed: 4))
    let (bias, start) = (values(n, seed: 3), values(n * k, seed: 5))
    var made: OpaquePointer?
    let flags = Int32(fused | PD_BFLOAT16)
    try #require(pd_linear_create(context.pointer, m, k, n, 7, flags, &made) == 0)
    let layer = try #require(made)
    defer { pd_linear_destroy(layer) }
    let memory = workspace(pd_linear_workspace(layer))
    defer { memory.deallocate() }
    let y = run([bias], output: dy.wide) {
      #expect(pd_linear_forward(layer, x.halves, w.halves, $0[0], $1, memory) == 0)
    }
    let plain = product(x.wide, w.wide, m, n, k, a: (k, 1), b: (1, k))
    expectClose(
      y, plain.indices.map { fused == 0 ? plain[$0] : max(0, plain[$0] + Double(bias[$0 % n])) },
      tolerance: 1e-5)
    let dx = run([], output: x.wide) {
      #expect(pd_linear_input_gradient(layer, dy.halves, w.halves, $1, memory) == 0)
    }
    expectClose(dx, product(dy.wide, w.wide, m, k, n, a: (n, 1), b: (k, 1)), tolerance: 1e-5)
    let gradient = product(dy.wide, x.wide, n, k, m, a: (1, n), b: (k, 1))
    for accumulate in [0, 1] {
      let dw = run([], output: start) {
        let status = pd_linear_weight_gradient(
          layer, dy.halves, x.halves, Int32(accumulate), $1, memory)
        #expect(status == 0)
      }
      expectClose(
        dw, zip(gradient, start).map { $0 + Double(accumulate) * Double($1) }, tolerance: 1e-5)
    }
  }

  /// Random bfloat16, as their bits and as floats.
  private func narrow(_ count: Int, seed: UInt64 = 1) -> (halves: [UInt16], wide: [Float]) {
    let halves = values(count, seed: seed).map { BFloat16.bits(of: $0) }
    return (halves, halves.map { Float(bitPattern: UInt32($0) << 16) })
  }

  /// More than 2^20 weights: the gradients go another way.
  @Test func largeWeights() throws {
    let context = try KernelContext()
    let (m, k, n) = (2, 1024, 1025)
    let (w, dy, x) = (values(n * k), values(m * n, seed: 2), values(m * k, seed: 3))
    var made: OpaquePointer?
    let parts = PD_INPUT_GRADIENT | PD_WEIGHT_GRADIENT
    try #require(pd_linear_create(context.pointer, m, k, n, Int32(parts), 0, &made) == 0)
    let layer = try #require(made)
    defer { pd_linear_destroy(layer) }
    #expect(pd_linear_forward(layer, x, w, nil, nil, nil) == PD_NOT_ASKED)
    let dx = run([dy, w], output: x) {
      #expect(pd_linear_input_gradient(layer, $0[0], $0[1], $1, nil) == 0)
    }
    for i in stride(from: 0, to: m * k, by: 97) {
      let exact = (0..<n).reduce(0.0) {
        $0 + Double(dy[i / k * n + $1]) * Double(w[$1 * k + i % k])
      }
      expectClose([dx[i]], [exact], tolerance: 1e-4)
    }
    let dw = run([dy, x], output: w) {
      #expect(pd_linear_weight_gradient(layer, $0[0], $0[1], 1, $1, nil) == 0)
    }
    for i in stride(from: 0, to: n * k, by: 9973) {
      let exact = (0..<m).reduce(0.0) {
        $0 + Double(dy[$1 * n + i / k]) * Double(x[$1 * k + i % k])
      }
      expectClose([dw[i]], [exact + Double(w[i])])
    }
  }

  @Test(arguments: [3, 32]) func nanPassesTheFusedReLU(rows: Int) throws {
    let context = try KernelContext()
    var x = values(rows * 20)
    x[5] = .nan
    var made: OpaquePointer?
    try #require(pd_linear_create(context.pointer, rows, 20, 18, 1, 3, &made) == 0)
    let layer = try #require(made)
    defer { pd_linear_destroy(layer) }
    let memory = workspace(pd_linear_workspace(layer))
    defer { memory.deallocate() }
    let y = run([x, values(360), values(18)], output: values(rows * 18)) {
      #expect(pd_linear_forward(layer, $0[0], $0[1], $0[2], $1, memory) == 0)
    }
    #expect(y[..<18].allSatisfy(\.isNaN) && y[18...].allSatisfy(\.isFinite))
  }

  @Test func badShapesAreRefused() throws {
    let context = try KernelContext()
    var made: OpaquePointer?
    let status = pd_linear_create(context.pointer, -1, 2, 3, 7, 0, &made)
    #expect(status == PD_BAD_SHAPE && made == nil)
    #expect(String(cString: pd_status_text(status)).contains("negative size"))
    #expect(pd_set_threads(0) == PD_BAD_SHAPE)
  }

  @Test(arguments: [0, 1], [0, 1]) func batchedProduct(ta: Int32, tb: Int32) {
    let (m, n, k, batch) = (5, 7, 3, 2)
    let (lda, ldb, ldc) = (8, 9, 10)
    let (a, b, c) = (values(batch * 64), values(batch * 90, seed: 2), values(batch * 50, seed: 3))
    for beta in [Float(0), 1, 0.5] {
      var p = pd_product(
        m: m, n: n, k: k, transpose_a: ta, transpose_b: tb, lda: lda, ldb: ldb, ldc: ldc,
        alpha: 2, beta: beta, batch: batch, a_stride: 64, b_stride: 90, c_stride: 50)
      let start = beta == 0 ? [Float](repeating: .nan, count: c.count) : c
      let got = run([a, b], output: start) {
        #expect(pd_matrix_product(&p, $0[0], $0[1], $1) == 0)
      }
      for s in 0..<batch {
        let exact = product(
          Array(a[(s * 64)...]), Array(b[(s * 90)...]), m, n, k, a: ta == 1 ? (1, lda) : (lda, 1),
          b: tb == 1 ? (1, ldb) : (ldb, 1))
        let at = (0..<m * n).map { s * 50 + $0 / n * ldc + $0 % n }
        expectClose(
          at.map { got[$0] },
          zip(exact, at).map { 2 * $0 + (beta == 0 ? 0 : Double(beta) * Double(c[$1])) })
      }
      p.k = 0
      let empty = run([a, b], output: c) { #expect(pd_matrix_product(&p, $0[0], $0[1], $1) == 0) }
      expectClose([empty[0]], [Double(beta * c[0])])
    }
  }
}
