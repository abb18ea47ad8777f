import CKernels
import COneDNN
import Testing

struct KernelConvolutionTests {
  /// samples, in channels, height, width, out channels, kernel, stride, padding, bias
  /// Samples, in channels, rows, columns, out channels, kernel, stride, padding, bias: the same along
  /// both axes.
  private static func square(_ n: [Int]) -> pd_convolution_shape {
    pd_convolution_shape(
      samples: n[0], in_channels: n[1], height: n[2], width: n[3], out_channels: n[4],
      kernel_h: n[5], kernel_w: n[5], stride_h: n[6], stride_w: n[6], dilation_h: 1,
      dilation_w: 1, groups: 1, padding_top: n[7], padding_left: n[7], padding_bottom: n[7],
      padding_right: n[7], bias: Int32(n[8]), narrow: 0, parts: 7)
  }

  /// The same with groups, a kernel's rows and columns, steps, gaps and all four paddings.
  private static func general(
    _ n: [Int], groups: Int, kernel: [Int], stride: [Int] = [1, 1], dilation: [Int] = [1, 1],
    padding: [Int] = [0, 0, 0, 0], bias: Int32 = 1
  ) -> pd_convolution_shape {
    pd_convolution_shape(
      samples: n[0], in_channels: n[1], height: n[2], width: n[3], out_channels: n[4],
      kernel_h: kernel[0], kernel_w: kernel[1], stride_h: stride[0], stride_w: stride[1],
      dilation_h: dilation[0], dilation_w: dilation[1], groups: groups, padding_top: padding[0],
      padding_left: padding[1], padding_bottom: padding[2], padding_right: padding[3],
      bias: bias, narrow: 0, parts: 7)
  }

  static let shapes =
    [
      [0, 2, 5, 5, 3, 3, 1, 1, 1], [1, 1, 1, 1, 1, 1, 1, 0, 0], [2, 1, 12, 12, 6, 5, 1, 2, 1],
      [2, 6, 9, 10, 16, 5, 1, 0, 1], [2, 3, 7, 5, 4, 3, 2, 1, 1],
      [1, 17, 6, 6, 19, 3, 1, 1, 0], [2, 3, 8, 8, 2, 2, 2, 0, 1],
    ].map(square) + [
      general([2, 16, 9, 8, 16], groups: 16, kernel: [3, 3], padding: [1, 1, 1, 1]),
      general(
        [1, 7, 9, 8, 7], groups: 7, kernel: [5, 5], stride: [2, 1], padding: [2, 2, 2, 2]),
      general([2, 4, 6, 5, 12], groups: 4, kernel: [3, 3], padding: [1, 1, 1, 1], bias: 0),
      general([2, 6, 6, 5, 4], groups: 2, kernel: [2, 3], padding: [0, 1, 1, 0]),
      general([2, 32, 6, 5, 48], groups: 2, kernel: [3, 1], stride: [2, 1]),
      general(
        [1, 3, 11, 12, 5], groups: 1, kernel: [1, 7], stride: [1, 3], padding: [0, 3, 0, 2]),
      general([2, 3, 11, 12, 5], groups: 1, kernel: [3, 3], dilation: [2, 3]),
      general(
        [2, 8, 9, 9, 8], groups: 8, kernel: [3, 3], dilation: [2, 2], padding: [2, 2, 2, 2]),
    ]

  struct Reference {
    var y, dx, dw, dbias: [Double]
  }

  func reference(_ s: pd_convolution_shape, x: [Float], w: [Float], bias: [Float], dy: [Float])
    -> Reference
  {
    var r = Reference(
      y: dy.map { _ in 0 }, dx: x.map { _ in 0 }, dw: w.map { _ in 0 }, dbias: bias.map { _ in 0 })
    let (outH, outW) = outputSize(s)
    for (o, gradient) in dy.enumerated() {
      let (ow, oh) = (o % outW, o / outW % outH)
      let (oc, n) = (o / outW / outH % s.out_channels, o / outW / outH / s.out_channels)
      r.y[o] = s.bias == 1 ? Double(bias[oc]) : 0
      r.dbias[oc] += Double(gradient)
      let (seen, outputs) = (s.in_channels / s.groups, s.out_channels / s.groups)
      for c in 0..<seen {
        for kh in 0..<s.kernel_h {
          for kw in 0..<s.kernel_w {
            let h = oh * s.stride_h + kh * s.dilation_h - s.padding_top
            let v = ow * s.stride_w + kw * s.dilation_w - s.padding_left
            guard h >= 0, h < s.height, v >= 0, v < s.width else { continue }
            let channel = oc / outputs * seen + c
            let i = ((n * s.in_channels + channel) * s.height + h) * s.width + v
            let j = ((oc * seen + c) * s.kernel_h + kh) * s.kernel_w + kw
            r.y[o] += Double(x[i]) * Double(w[j])
            r.dx[i] += Double(gradient) * Double(w[j])
            r.dw[j] += Double(gradient) * Double(x[i])
          }
        }
      }
    }
    return r
  }

  func outputSize(_ s: pd_convolution_shape) -> (Int, Int) {
    (
      (s.height + s.padding_top + s.padding_bottom - (s.kernel_h - 1) * s.dilation_h - 1)
        / s.stride_h + 1,
      (s.width + s.padding_left + s.padding_right - (s.kernel_w - 1) * s.dilation_w - 1)
        / s.stride_w + 1
    )
  }

  @Test(arguments: shapes.indices) func againstDefinition(_ index: Int) throws {
    let context = try KernelContext()
    var s = Self.shapes[index]
    let (outH, outW) = outputSize(s)
    let x = values(s.samples * s.in_channels * s.height * s.width)
    let w = values(s.out_channels * s.in_channels / s.groups * s.kernel_h * s.kernel_w, seed: 2)
    let bias = values(s.out_channels, seed: 3)
    let dy = values(s.samples * s.out_channels * outH * outW, seed: 4)
    let want = reference(s, x: x, w: w, bias: bias, dy: dy)
    var made: OpaquePointer?
    try #require(pd_convolution_create(context.pointer, &s, &made) == 0)
    let layer = try #require(made)
    defer { pd_convolution_destroy(layer) }
    let memory = workspace(pd_convolution_workspace(layer))
    defer { memory.deallocate() }
    let y = run([x, w, bias], output: dy) {
      #expect(pd_convolution_forward(layer, $0[0], $0[1], $0[2], $1, memory) == 0)
    }
    expectClose(y, want.y, tolerance: 2e-5)
    let dx = run([dy, w], output: x) {
      #expect(pd_convolution_input_gradient(layer, $0[0], $0[1], $1, memory) == 0)
    }
    expectClose(dx, want.dx, tolerance: 2e-5)
    for accumulate in [0, 1] {
      let gradient = run([dy, x], output: w + bias) {
        let status = pd_convolution_weight_gradient(
          layer, $0[0], $0[1], Int32(accumulate), $1, $1 + w.count, memory)
        #expect(status == 0)
      }
      let start = w.map { Double(accumulate) * Double($0) }
      expectClose(gradient.prefix(w.count), zip(want.dw, start).map(+), tolerance: 1e-5)
      let added = zip(want.dbias, bias).map { $0 + Double(accumulate) * Double($1) }
      expectClose(
        gradient.dropFirst(w.count), s.bias == 1 ? added : bias.map(Double.init), tolerance: 1e-5)
    }
  }

  /// Those of the shapes above that our own kernels take, and some more: results of less than a vector,
  /// of whole vectors, all blocks of channels, gaps wider than an image.
  static let narrowShapes =
    shapes.filter { $0.groups == 1 && $0.stride_h == 1 && $0.stride_w == 1 }
    + [
      [3, 1, 28, 28, 6, 5, 1, 2, 1], [9, 6, 14, 14, 16, 5, 1, 0, 0], [2, 8, 4, 4, 15, 3, 1, 1, 1],
      [1, 12, 5, 3, 9, 2, 1, 0, 0], [1, 5, 20, 6, 3, 1, 1, 0, 1],
    ].map(square) + [
      general(
        [2, 2, 2, 3, 3], groups: 1, kernel: [1, 2], dilation: [1, 40], padding: [0, 40, 0, 40]),
      general(
        [1, 2, 12, 9, 4], groups: 1, kernel: [3, 2], dilation: [2, 3], padding: [0, 3, 1, 2]),
    ]

  @Test(arguments: narrowShapes.indices) func narrowAgainstDefinition(_ index: Int) throws {
    let s = Self.narrowShapes[index]
    let (outH, outW) = outputSize(s)
    let x = values(s.samples * s.in_channels * s.height * s.width)
    let w = values(s.out_channels * s.in_channels * s.kernel_h * s.kernel_w, seed: 2)
    let bias = values(s.out_channels, seed: 3)
    let dy = values(s.samples * s.out_channels * outH * outW, seed: 4)
    let want = reference(s, x: x, w: w, bias: bias, dy: dy)
    var shape = pk_convolution(
      samples: s.samples, in: s.in_channels, height: s.height, width: s.width,
      out: s.out_channels, kernel_h: s.kernel_h, kernel_w: s.kernel_w, dilation_h: s.dilation_h,
      dilation_w: s.dilation_w, top: s.padding_top, left: s.padding_left,
      bottom: s.padding_bottom, right: s.padding_right)
    let dirt = [Float](repeating: .nan, count: pk_convolution_workspace(&shape) / 4)
    let y = run([x, w, bias, dirt], output: dy) {
      pk_convolution_forward(&shape, $0[0], $0[1], s.bias == 1 ? $0[2] : nil, $1, $0[3])
    }
    expectClose(y, want.y, tolerance: 2e-5)
    let dx = run([dy, w, dirt], output: x) {
      pk_convolution_input_gradient(&shape, $0[0], $0[1], $1, $0[2])
    }
    expectClose(dx, want.dx, tolerance: 2e-5)
    // Errors grow as the number of terms: a sum and the count of its roundings each as the root.
    let terms = Double(s.samples * outH * outW)
    for accumulate in [0, 1] {
      let dw = run([dy, x, dirt], output: w) {
        pk_convolution_weight_gradient(&shape, $0[0], $0[1], Int32(accumulate), $1, $0[2])
      }
      let start = w.map { Double(accumulate) * Double($0) }
      expectClose(
        dw, zip(want.dw, start).map(+), tolerance: 1e-5 * max(1, terms / 200))
    }
  }

  /// Law 2: a sample's bits are the same whatever stands beside it in the batch.
  @Test func narrowResultsOfASampleDependOnItAlone() {
    var shape = pk_convolution(
      samples: 3, in: 6, height: 14, width: 14, out: 16, kernel_h: 5, kernel_w: 5, dilation_h: 1,
      dilation_w: 1, top: 0, left: 0, bottom: 0, right: 0)
    let (x, w, dy) = (values(3 * 1176), values(2400, seed: 2), values(3 * 1600, seed: 3))
    let dirt = [Float](repeating: .nan, count: pk_convolution_workspace(&shape) / 4)
    func results(_ samples: Range<Int>) -> (y: [Float], dx: [Float]) {
      shape.samples = samples.count
      let part = Array(x[samples.lowerBound * 1176..<samples.upperBound * 1176])
      let above = Array(dy[samples.lowerBound * 1600..<samples.upperBound * 1600])
      let y = run([part, w, dirt], output: above) {
        pk_convolution_forward(&shape, $0[0], $0[1], nil, $1, $0[2])
      }
      let dx = run([above, w, dirt], output: part) {
        pk_convolution_input_gradient(&shape, $0[0], $0[1], $1, $0[2])
      }
      return (y, dx)
    }
    let (all, one) = (results(0..<3), results(1..<2))
    expectSameBits(Array(all.y[1600..<3200]), one.y)
    expectSameBits(Array(all.dx[1176..<2352]), one.dx)
  }

  @Test func kernelLargerThanImageIsRefused() throws {
    try expectRefused(Self.square([1, 1, 2, 2, 1, 5, 1, 1, 0]))
    try expectRefused(Self.general([1, 1, 4, 4, 1], groups: 1, kernel: [2, 2], dilation: [4, 1]))
  }

  @Test func groupsThatDontDivideAreRefused() throws {
    try expectRefused(Self.general([1, 3, 4, 4, 4], groups: 2, kernel: [2, 2]))
    try expectRefused(Self.general([1, 4, 4, 4, 3], groups: 2, kernel: [2, 2]))
  }

  private func expectRefused(_ shape: pd_convolution_shape) throws {
    let context = try KernelContext()
    var shape = shape
    var made: OpaquePointer?
    #expect(pd_convolution_create(context.pointer, &shape, &made) == PD_BAD_SHAPE)
    #expect(made == nil)
  }
}
