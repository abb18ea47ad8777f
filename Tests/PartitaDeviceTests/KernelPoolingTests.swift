import CKernels
import Testing

struct KernelPoolingTests {
  static let shapes = [
    // planes, height, width, kernel, stride, padding
    [0, 4, 4, 2, 2, 0], [1, 1, 1, 1, 1, 0], [3, 8, 8, 2, 2, 0], [2, 7, 9, 2, 2, 0],
    [2, 7, 9, 3, 2, 1], [2, 6, 5, 3, 1, 1], [1, 67, 68, 2, 2, 0], [2, 9, 9, 3, 3, 0],
  ]

  func pooling(_ s: [Int]) -> pk_pooling {
    pk_pooling(
      planes: s[0], height: s[1], width: s[2], out_h: (s[1] + 2 * s[5] - s[3]) / s[4] + 1,
      out_w: (s[2] + 2 * s[5] - s[3]) / s[4] + 1, kernel_h: s[3], kernel_w: s[3], stride_h: s[4],
      stride_w: s[4], padding_h: s[5], padding_w: s[5])
  }

  /// Calls `visit` with the output's index and the indices of the inputs in its window.
  func windows(_ p: pk_pooling, _ visit: (Int, [Int]) -> Void) {
    for plane in 0..<p.planes {
      for oh in 0..<p.out_h {
        for ow in 0..<p.out_w {
          var inside = [Int]()
          for h in 0..<p.kernel_h {
            for w in 0..<p.kernel_w {
              let (i, j) = (oh * p.stride_h + h - p.padding_h, ow * p.stride_w + w - p.padding_w)
              if i >= 0, i < p.height, j >= 0, j < p.width {
                inside.append((plane * p.height + i) * p.width + j)
              }
            }
          }
          visit((plane * p.out_h + oh) * p.out_w + ow, inside)
        }
      }
    }
  }

  @Test(arguments: shapes) func average(_ shape: [Int]) {
    var p = pooling(shape)
    let x = values(p.planes * p.height * p.width)
    let dy = values(p.planes * p.out_h * p.out_w, seed: 2)
    var y = dy.map { _ in 0.0 }
    var dx = x.map { _ in 0.0 }
    windows(p) { out, inside in
      let area = Double(p.kernel_h * p.kernel_w)
      y[out] = inside.reduce(0) { $0 + Double(x[$1]) } / area
      for i in inside { dx[i] += Double(dy[out]) / area }
    }
    expectClose(run([x], output: dy) { pk_average_pool(&p, $0[0], $1) }, y)
    expectClose(run([dy], output: x) { pk_average_pool_gradient(&p, $0[0], $1) }, dx)
  }

  @Test(arguments: shapes) func maximum(_ shape: [Int]) {
    var p = pooling(shape)
    let x = values(p.planes * p.height * p.width)
    let dy = values(p.planes * p.out_h * p.out_w, seed: 2)
    var y = dy.map { _ in 0.0 }
    var dx = x.map { _ in 0.0 }
    windows(p) { out, inside in
      let best = inside.max { x[$0] < x[$1] } ?? 0
      y[out] = Double(x[best])
      dx[best] += Double(dy[out])
    }
    var index = [Int32](repeating: -1, count: dy.count)
    expectClose(run([x], output: dy) { pk_max_pool(&p, $0[0], $1, &index) }, y)
    expectClose(run([dy], output: x) { pk_max_pool_gradient(&p, index, $0[0], $1) }, dx)
  }

  @Test(arguments: [1, 2]) func nanAndTies(stride: Int) {
    var p = pooling([1, 4, 4, 2, stride, 0])
    var x = [Float](repeating: 1, count: 16)
    x[5] = .nan
    var index = [Int32](repeating: -1, count: p.out_h * p.out_w)
    let y = run([x], output: index.map(Float.init)) { pk_max_pool(&p, $0[0], $1, &index) }
    #expect(y[0].isNaN && index[0] == 5)
    #expect(index[p.out_h * p.out_w - 1] == 10, "the first of equals")
    let mean = run([x], output: y) { pk_average_pool(&p, $0[0], $1) }
    #expect(mean[0].isNaN)
  }
}
