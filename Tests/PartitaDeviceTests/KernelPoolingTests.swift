import CKernels
import Testing

struct KernelPoolingTests {
  static let shapes =
    [
      // planes, height, width, kernel, stride, padding
      [0, 4, 4, 2, 2, 0], [1, 1, 1, 1, 1, 0], [3, 8, 8, 2, 2, 0], [2, 7, 9, 2, 2, 0],
      [2, 7, 9, 3, 2, 1], [2, 6, 5, 3, 1, 1], [1, 67, 68, 2, 2, 0], [2, 9, 9, 3, 3, 0],
    ].map(square) + [
      pooling([2, 7, 9], kernel: [3, 2], stride: [1, 2], padding: [2, 0, 1, 1]),
      pooling([2, 7, 9], kernel: [3, 2], stride: [1, 2], padding: [2, 0, 1, 1], counts: 0),
      pooling([2, 7, 9], kernel: [2, 2], stride: [2, 2], beyond: [1, 1]),
      pooling(
        [2, 6, 9], kernel: [3, 3], stride: [2, 2], padding: [1, 1, 1, 1], beyond: [1, 0]),
      pooling([1, 6, 8], kernel: [2, 2], stride: [2, 2], padding: [0, 0, 1, 1]),
    ]

  private static func square(_ s: [Int]) -> pk_pooling {
    pooling(
      [s[0], s[1], s[2]], kernel: [s[3], s[3]], stride: [s[4], s[4]],
      padding: [s[5], s[5], s[5], s[5]])
  }

  /// The geometry, with `beyond` more places at the end of each axis than lie within the padding.
  static func pooling(
    _ image: [Int], kernel: [Int], stride: [Int], padding: [Int] = [0, 0, 0, 0],
    beyond: [Int] = [0, 0], counts: Int32 = 1
  ) -> pk_pooling {
    pk_pooling(
      planes: image[0], height: image[1], width: image[2],
      out_h: (image[1] + padding[0] + padding[2] - kernel[0]) / stride[0] + 1 + beyond[0],
      out_w: (image[2] + padding[1] + padding[3] - kernel[1]) / stride[1] + 1 + beyond[1],
      kernel_h: kernel[0], kernel_w: kernel[1], stride_h: stride[0], stride_w: stride[1],
      padding_top: padding[0], padding_left: padding[1], padding_bottom: padding[2],
      padding_right: padding[3], count_padding: counts)
  }

  /// Calls `visit` with the output's index, the indices of the inputs in its window, and how many of
  /// its cells lie on the padded image.
  func windows(_ p: pk_pooling, _ visit: (Int, [Int], Int) -> Void) {
    for plane in 0..<p.planes {
      for oh in 0..<p.out_h {
        for ow in 0..<p.out_w {
          var inside = [Int]()
          var padded = 0
          for h in 0..<p.kernel_h {
            for w in 0..<p.kernel_w {
              let i = oh * p.stride_h + h - p.padding_top
              let j = ow * p.stride_w + w - p.padding_left
              if i < p.height + p.padding_bottom, j < p.width + p.padding_right { padded += 1 }
              if i >= 0, i < p.height, j >= 0, j < p.width {
                inside.append((plane * p.height + i) * p.width + j)
              }
            }
          }
          visit((plane * p.out_h + oh) * p.out_w + ow, inside, padded)
        }
      }
    }
  }

  @Test(arguments: shapes.indices) func average(_ shape: Int) {
    var p = Self.shapes[shape]
    let x = values(p.planes * p.height * p.width)
    let dy = values(p.planes * p.out_h * p.out_w, seed: 2)
    var y = dy.map { _ in 0.0 }
    var dx = x.map { _ in 0.0 }
    windows(p) { out, inside, padded in
      let area = Double(p.count_padding == 1 ? padded : inside.count)
      y[out] = inside.reduce(0) { $0 + Double(x[$1]) } / area
      for i in inside { dx[i] += Double(dy[out]) / area }
    }
    expectClose(run([x], output: dy) { pk_average_pool(&p, $0[0], $1) }, y)
    expectClose(run([dy], output: x) { pk_average_pool_gradient(&p, $0[0], $1) }, dx)
  }

  @Test(arguments: shapes.indices) func maximum(_ shape: Int) {
    var p = Self.shapes[shape]
    let x = values(p.planes * p.height * p.width)
    let dy = values(p.planes * p.out_h * p.out_w, seed: 2)
    var y = dy.map { _ in 0.0 }
    var dx = x.map { _ in 0.0 }
    windows(p) { out, inside, _ in
      let best = inside.max { x[$0] < x[$1] } ?? 0
      y[out] = Double(x[best])
      dx[best] += Double(dy[out])
    }
    var index = [Int32](repeating: -1, count: dy.count)
    expectClose(run([x], output: dy) { pk_max_pool(&p, $0[0], $1, &index) }, y)
    expectClose(run([dy], output: x) { pk_max_pool_gradient(&p, index, $0[0], $1) }, dx)
  }

  @Test(arguments: [1, 2]) func nanAndTies(stride: Int) {
    var p = Self.square([1, 4, 4, 2, stride, 0])
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
