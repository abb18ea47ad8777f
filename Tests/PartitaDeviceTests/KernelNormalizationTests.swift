import CKernels
import Testing

struct KernelNormalizationTests {
  @Test(arguments: [(0, 3), (1, 1), (2, 3), (3, 17), (70, 48), (66, 101), (1, 4097)])
  func layerNorm(rows: Int, n: Int) {
    let x = values(rows * n)
    let dy = values(rows * n, seed: 2)
    let gamma = values(n, seed: 3)
    let beta = values(n, seed: 4)
    let eps: Float = 1e-3
    let width = Double(n)
    var (mean, rstd, y, dx) = ([Double](), [Double](), [Double](), [Double]())
    var dgamma = [Double](repeating: 0, count: n)
    var dbeta = dgamma
    for r in 0..<rows {
      let row = x[r * n..<(r + 1) * n].map(Double.init)
      let d = dy[r * n..<(r + 1) * n].map(Double.init)
      let m = row.reduce(0, +) / width
      let s = 1 / (row.reduce(0) { $0 + ($1 - m) * ($1 - m) } / width + Double(eps)).squareRoot()
      let z = row.map { ($0 - m) * s }
      let g = (0..<n).map { d[$0] * Double(gamma[$0]) }
      let plain = g.reduce(0, +) / width
      let weighted = zip(g, z).reduce(0) { $0 + $1.0 * $1.1 } / width
      mean.append(m)
      rstd.append(s)
      for i in 0..<n {
        y.append(z[i] * Double(gamma[i]) + Double(beta[i]))
        dx.append(s * (g[i] - plain - z[i] * weighted))
        dgamma[i] += d[i] * z[i]
        dbeta[i] += d[i]
      }
    }
    let forward = run([x, gamma, beta], output: values(rows * n + 2 * rows)) {
      pk_layer_norm($0[0], $0[1], $0[2], eps, rows, n, $1, $1 + rows * n, $1 + rows * n + rows)
    }
    expectClose(forward, y + mean + rstd, tolerance: 5e-6)
    let saved = [
      Array(forward[rows * n..<rows * n + rows]), Array(forward[(rows * n + rows)...]),
    ]
    let gradient = run([x, gamma] + saved, output: dy) {
      pk_layer_norm_input_gradient($0[0], $0[1], $0[2], $0[3], $1, rows, n, $1)
    }
    // A single value has no spread: rstd is large there and multiplies rounding.
    expectClose(gradient, dx, tolerance: 2e-5)
    for accumulate in [0, 1] {
      let got = run([x, dy] + saved, output: gamma + beta) {
        pk_layer_norm_parameter_gradient(
          $0[0], $0[2], $0[3], $0[1], rows, n, Int32(accumulate), $1, $1 + n)
      }
      let start = (gamma + beta).map { Double(accumulate) * Double($0) }
      expectClose(got, zip(dgamma + dbeta, start).map(+), tolerance: 2e-5)
    }
  }

  @Test func nanStaysInItsRow() {
    var x = values(40)
    x[3] = .nan
    let ones = [Float](repeating: 1, count: 20)
    let y = run([x, ones], output: values(44)) {
      pk_layer_norm($0[0], $0[1], $0[1], 1e-5, 2, 20, $1, $1 + 40, $1 + 42)
    }
    #expect(y[0..<20].allSatisfy(\.isNaN) && y[20..<40].allSatisfy(\.isFinite))
  }
}
