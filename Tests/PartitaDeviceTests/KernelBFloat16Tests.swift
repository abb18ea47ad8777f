import CKernels
import COneDNN
import PartitaGraph
import Testing

/// bfloat16 in C is the bfloat16 of the graph, bit for bit.
@Suite struct KernelBFloat16Tests {
  @Test func roundingIsTheGraphs() {
    var numbers: [Float] = []
    for upper in UInt32(0)...0xffff {
      for lower: UInt32 in [0, 1, 0x7fff, 0x8000, 0x8001, 0xffff] {
        numbers.append(Float(bitPattern: upper << 16 | lower))
      }
    }
    for count in [numbers.count, 1, 15, 17] {
      var halves = [UInt16](repeating: 0x5555, count: count + 1)
      pk_round_bfloat16(numbers, &halves, count)
      #expect(halves.last == 0x5555)
      #expect(zip(numbers, halves.dropLast()).allSatisfy { BFloat16.bits(of: $0) == $1 })
    }
  }

  @Test func wideningIsExact() {
    let halves = Array(UInt16.min...UInt16.max)
    var numbers = [Float](repeating: 7, count: halves.count + 1)
    pk_widen_bfloat16(halves, &numbers, halves.count)
    #expect(numbers.last == 7)
    #expect(zip(halves, numbers).allSatisfy { $1.bitPattern == UInt32($0) << 16 })
  }

  /// A convolution of bfloat16 is the sum of exact products, in all three directions.
  @Test(arguments: KernelConvolutionTests.shapes.indices)
  func convolutionsAddUpExactProducts(_ index: Int) throws {
    let tests = KernelConvolutionTests()
    var s = KernelConvolutionTests.shapes[index]
    guard s.groups == 1 else { return }
    s.narrow = 1
    let context = try KernelContext()
    var made: OpaquePointer?
    let status = pd_convolution_create(context.pointer, &s, &made)
    // Without AVX-512 the library has none; the device doesn't ask for it there.
    guard status == 0 || pd_multiplies_bfloat16() != 0 else { return }
    let layer = try #require(made)
    defer { pd_convolution_destroy(layer) }
    let (outH, outW) = tests.outputSize(s)
    func rounded(_ count: Int, seed: UInt64) -> (wide: [Float], narrow: [UInt16]) {
      let narrow = values(count, seed: seed).map(BFloat16.bits)
      return (narrow.map { Float(bitPattern: UInt32($0) << 16) }, narrow)
    }
    let x = rounded(s.samples * s.in_channels * s.height * s.width, seed: 1)
    let w = rounded(s.out_channels * s.in_channels * s.kernel_h * s.kernel_w, seed: 2)
    let dy = rounded(s.samples * s.out_channels * outH * outW, seed: 4)
    let bias = values(s.out_channels, seed: 3)
    let want = tests.reference(s, x: x.wide, w: w.wide, bias: bias, dy: dy.wide)
    let memory = workspace(pd_convolution_workspace(layer))
    defer { memory.deallocate() }
    var y = dy.wide
    #expect(pd_convolution_forward(layer, x.narrow, w.narrow, bias, &y, memory) == 0)
    expectClose(y, want.y, tolerance: 2e-5)
    var dx = x.wide
    #expect(pd_convolution_input_gradient(layer, dy.narrow, w.narrow, &dx, memory) == 0)
    expectClose(dx, want.dx, tolerance: 2e-5)
    for accumulate in [0, 1] {
      var (dw, dbias) = (w.wide, bias)
      let status = pd_convolution_weight_gradient(
        layer, dy.narrow, x.narrow, Int32(accumulate), &dw, &dbias, memory)
      #expect(status == 0)
      let start = w.wide.map { Double(accumulate) * Double($0) }
      expectClose(dw, zip(want.dw, start).map(+), tolerance: 2e-5)
    }
  }
}
