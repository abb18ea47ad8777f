import COneDNN
import Testing

struct KernelConvolutionTests {
  /// samples, in channels, height, width, out channels, kernel, stride, padding, bias
  static let shapes = [
    [0, 2, 5, 5, 3, 3, 1, 1, 1], [1, 1, 1, 1, 1, 1, 1, 0, 0], [2, 1, 12, 12, 6, 5, 1, 2, 1],
    [2, 6, 9, 10, 16, 5, 1, 0, 1], [2, 3, 7, 5, 4, 3, 2, 1, 1], [1, 17, 6, 6, 19, 3, 1, 1, 0],
    [2, 3, 8, 8, 2, 2, 2, 0, 1],
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
      for c in 0..<s.in_channels {
        for kh in 0..<s.kernel_h {
          for kw in 0..<s.kernel_w {
            let (h, v) = (oh * s.stride_h + kh - s.padding_h, ow * s.stride_w + kw - s.padding_w)
            guard h >= 0, h < s.height, v >= 0, v < s.width else { continue }
            let i = ((n * s.in_channels + c) * s.height + h) * s.width + v
            let j = ((oc * s.in_channels + c) * s.kernel_h + kh) * s.kernel_w + kw
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
      (s.height + 2 * s.padding_h - s.kernel_h) / s.stride_h + 1,
      (s.width + 2 * s.padding_w - s.kernel_w) / s.stride_w + 1
    )
  }

  @Test(arguments: shapes) func againstDefinition(_ numbers: [Int]) throws {
    let context = try KernelContext()
    var s = pd_convolution_shape(
      samples: numbers[0], in_channels: numbers[1], height: numbers[2], width: numbers[3],
      out_channels: numbers[4], kernel_h: numbers[5], kernel_w: numbers[5], stride_h: numbers[6],
      stride_w: numbers[6], padding_h: numbers[7], padding_w: numbers[7],
      bias: Int32(numbers[8]), parts: 7)
    let (outH, outW) = outputSize(s)
    let x = values(s.samples * s.in_channels * s.height * s.width)
    let w = values(s.out_channels * s.in_channels * s.kernel_h * s.kernel_w, seed: 2)
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

  @Test func kernelLargerThanImageIsRefused() throws {
    let context = try KernelContext()
    var s = pd_convolution_shape(
      samples: 1, in_channels: 1, height: 2, width: 2, out_channels: 1, kernel_h: 5, kernel_w: 5,
      stride_h: 1, stride_w: 1, padding_h: 1, padding_w: 1, bias: 0, parts: 7)
    var made: OpaquePointer?
    #expect(pd_convolution_create(context.pointer, &s, &made) == PD_BAD_SHAPE)
    #expect(made == nil)
  }
}
