import CKernels
import Testing

/// Batch norm's kernels against Float64, at sizes around the borders of vectors and runs.
struct KernelBatchNormTests {
  @Test(
    arguments: [
      (0, 3, 4), (1, 2, 5), (2, 3, 16), (3, 5, 17), (4, 2, 1025), (2, 1, 4097), (1, 1, 1),
      (2, 3, 1), (70, 48, 1), (130, 37, 1), (5, 16, 1),
    ])
  func batchNorm(samples: Int, channels: Int, pixels: Int) {
    let count = samples * channels * pixels
    let (x, dy) = (values(count), values(count, seed: 2))
    let (gamma, beta) = (values(channels, seed: 3), values(channels, seed: 4))
    let eps: Float = 0.1
    let n = Double(samples * pixels)
    func channel(_ i: Int) -> Int { i / pixels % channels }
    func means(_ value: (Int) -> Double) -> [Double] {
      var sums = [Double](repeating: 0, count: channels)
      for i in 0..<count { sums[channel(i)] += value(i) / n }
      return sums
    }
    let mean = means { Double(x[$0]) }
    let variance = means {
      let centred = Double(x[$0]) - mean[channel($0)]
      return centred * centred
    }
    let r = variance.map { 1 / ($0 + Double(eps)).squareRoot() }
    let z = (0..<count).map { (Double(x[$0]) - mean[channel($0)]) * r[channel($0)] }
    let plain = means { Double(dy[$0]) }
    let slope = means { Double(dy[$0]) * z[$0] }
    let y = (0..<count).map { z[$0] * Double(gamma[channel($0)]) + Double(beta[channel($0)]) }
    let dx = (0..<count).map { i in
      let c = channel(i)
      return Double(gamma[c]) * r[c] * (Double(dy[i]) - plain[c] - z[i] * slope[c])
    }
    let each = samples * channels
    let forward = run([x, gamma, beta], output: values(count + 2 * each)) {
      pk_batch_norm(
        $0[0], $0[1], $0[2], eps, samples, channels, pixels, $1, $1 + count, $1 + count + each)
    }
    let repeated = { (entry: [Double]) in (0..<samples).flatMap { _ in entry } }
    expectClose(forward, y + repeated(mean) + repeated(variance), tolerance: 2e-6)
    let saved = [Array(forward[count..<count + each]), Array(forward[(count + each)...])]
    if samples > 0 {
      let again = run([x, gamma, beta] + saved, output: values(count)) {
        pk_batch_norm_by(
          $0[0], $0[1], $0[2], $0[3], $0[4], eps, samples, channels, pixels, $1)
      }
      expectSameBits(again, Array(forward[..<count]))
    }
    let gradient = run([x, gamma] + saved, output: dy) {
      pk_batch_norm_input_gradient(
        $0[0], $0[1], $0[2], $0[3], $1, eps, samples, channels, pixels, $1)
    }
    expectClose(gradient, dx, tolerance: 5e-6)
    for accumulate in [0, 1] {
      let got = run([x, dy] + saved, output: gamma) {
        pk_batch_norm_scale_gradient(
          $0[0], $0[2], $0[3], $0[1], eps, samples, channels, pixels, Int32(accumulate), $1)
      }
      let want = (0..<channels).map { c in
        (samples == 0 ? 0 : slope[c] * n) + Double(accumulate) * Double(gamma[c])
      }
      expectClose(got, want, tolerance: 5e-6)
    }
  }

  /// A mean far from 0 costs the variance nothing but its own rounding.
  @Test(arguments: [1, 49]) func aMeanFarFromZero(pixels: Int) {
    let x = values(64 * pixels).map { $0 + 1000 }
    let exact = x.reduce(0) { $0 + Double($1) } / Double(x.count)
    let variance =
      x.reduce(0) { $0 + (Double($1) - exact) * (Double($1) - exact) } / Double(x.count)
    let result = run([x, [1], [0]], output: values(x.count + 128)) {
      pk_batch_norm($0[0], $0[1], $0[2], 0, 64, 1, pixels, $1, $1 + x.count, $1 + x.count + 64)
    }
    expectClose(result[x.count..<x.count + 1], [exact], tolerance: 1e-7)
    expectClose(result[(x.count + 64)...].prefix(1), [variance], tolerance: 1e-6)
  }

  @Test(arguments: [1, 20]) func nanStaysInItsChannel(pixels: Int) {
    var x = values(2 * 3 * pixels)
    x[pixels] = .nan
    let (ones, each) = ([Float](repeating: 1, count: 3), 2 * 3)
    let y = run([x, ones], output: values(x.count + 2 * each)) {
      pk_batch_norm(
        $0[0], $0[1], $0[1], 0.1, 2, 3, pixels, $1, $1 + x.count, $1 + x.count + each)
    }
    for i in x.indices { #expect(y[i].isNaN == (i / pixels % 3 == 1)) }
  }
}
