import CKernels
import Testing

struct KernelReductionTests {
  @Test(arguments: oddSizes) func doubleSums(n: Int) {
    let x = values(n)
    let weight = values(n, seed: 2)
    let sums = run([x, weight], output: [0, 0]) { input, out in
      let norm = pk_squared_norm(input[0], n)
      let weighted = pk_weighted_sum(input[0], input[1], n)
      #expect(abs(norm - x.reduce(0) { $0 + Double($1) * Double($1) }) <= 1e-12 * (1 + norm))
      #expect(
        abs(weighted - zip(x, weight).reduce(0) { $0 + Double($1.0) * Double($1.1) }) <= 1e-10)
      (out[0], out[1]) = (Float(norm), Float(weighted))
    }
    expectSameBits(sums, sums.filter(\.isFinite))
  }

  @Test(arguments: [(0, 3), (1, 1), (3, 17), (65, 145), (130, 10)]) func rows(
    rows: Int, columns: Int
  ) {
    let x = values(rows * columns)
    let bias = values(columns, seed: 2)
    let y = run([x, bias], output: x) { pk_bias_rows($0[0], $0[1], $1, rows, columns) }
    expectClose(y, x.indices.map { Double(x[$0]) + Double(bias[$0 % columns]) })
    expectSameBits(run([bias], output: x) { pk_bias_rows($1, $0[0], $1, rows, columns) }, y)
    let sums = (0..<columns).map { c in (0..<rows).reduce(0.0) { $0 + Double(x[$1 * columns + c]) }
    }
    for accumulate in [0, 1] {
      let got = run([x], output: bias) {
        pk_column_sums($0[0], rows, columns, Int32(accumulate), $1)
      }
      expectClose(
        got, zip(sums, bias).map { $0 + Double(accumulate) * Double($1) }, tolerance: 1e-5)
    }
  }

  @Test(arguments: [(0, 2, 3), (1, 1, 1), (2, 3, 17), (5, 6, 100)]) func channels(
    samples: Int, channels: Int, pixels: Int
  ) {
    let x = values(samples * channels * pixels)
    let bias = values(channels, seed: 2)
    let y = run([x, bias], output: x) {
      pk_bias_channels($0[0], $0[1], $1, samples, channels, pixels)
    }
    expectClose(y, x.indices.map { Double(x[$0]) + Double(bias[$0 / pixels % channels]) })
    var sums = [Double](repeating: 0, count: channels)
    for i in x.indices { sums[i / pixels % channels] += Double(x[i]) }
    for accumulate in [0, 1] {
      let got = run([x], output: bias) {
        pk_channel_sums($0[0], samples, channels, pixels, Int32(accumulate), $1)
      }
      expectClose(
        got, zip(sums, bias).map { $0 + Double(accumulate) * Double($1) }, tolerance: 1e-5)
    }
  }
}
