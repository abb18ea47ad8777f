import CKernels
import Foundation
import Testing

struct KernelActivationTests {
  typealias Pointer = UnsafeMutablePointer<Float>

  /// A forward kernel, its gradient, whether that takes the input (or else the output), and both
  /// formulas of x.
  struct Activation: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let kernel: @Sendable (Pointer, Pointer, Int) -> Void
    let gradient: @Sendable (Pointer, Pointer, Pointer, Int) -> Void
    let fromInput: Bool
    let value: @Sendable (Double) -> Double
    let slope: @Sendable (Double) -> Double
  }

  static let activations = [
    Activation(
      testDescription: "relu", kernel: { pk_relu($0, $1, $2) },
      gradient: { pk_relu_gradient($0, $1, $2, $3) }, fromInput: false,
      value: { max($0, 0) }, slope: { $0 > 0 ? 1 : 0 }),
    Activation(
      testDescription: "sigmoid", kernel: { pk_sigmoid($0, $1, $2) },
      gradient: { pk_sigmoid_gradient($0, $1, $2, $3) }, fromInput: false,
      value: { 1 / (1 + exp(-$0)) }, slope: { 1 / (2 + exp($0) + exp(-$0)) }),
    Activation(
      testDescription: "tanh", kernel: { pk_tanh($0, $1, $2) },
      gradient: { pk_tanh_gradient($0, $1, $2, $3) }, fromInput: false,
      value: { tanh($0) }, slope: { 1 - tanh($0) * tanh($0) }),
    Activation(
      testDescription: "gelu", kernel: { pk_gelu($0, $1, $2) },
      gradient: { pk_gelu_gradient($0, $1, $2, $3) }, fromInput: true,
      value: { $0 * erfc(-$0 / 2.0.squareRoot()) / 2 },
      slope: { erfc(-$0 / 2.0.squareRoot()) / 2 + $0 * exp(-$0 * $0 / 2) / (2 * .pi).squareRoot() }),
  ]

  @Test(arguments: activations, oddSizes) func forward(_ activation: Activation, n: Int) {
    let x = values(n, in: -12...12)
    let y = run([x], output: x) { activation.kernel($0[0], $1, n) }
    expectClose(y, x.map { activation.value(Double($0)) })
    expectSameBits(run([], output: x) { activation.kernel($1, $1, n) }, y)
  }

  @Test(arguments: activations, oddSizes) func gradient(_ activation: Activation, n: Int) {
    let x = values(n, in: -6...6)
    let dy = values(n, seed: 2)
    let saved = activation.fromInput ? x : x.map { Float(activation.value(Double($0))) }
    let dx = run([saved, dy], output: dy) { activation.gradient($0[0], $0[1], $1, n) }
    expectClose(dx, zip(x, dy).map { activation.slope(Double($0)) * Double($1) })
    expectSameBits(run([saved], output: dy) { activation.gradient($0[0], $1, $1, n) }, dx)
    expectSameBits(run([dy], output: saved) { activation.gradient($1, $0[0], $1, n) }, dx)
  }

  @Test(arguments: activations) func extremes(_ activation: Activation) {
    let x: [Float] = [.nan, -1e30, -200, -88, -1e-30, 0, 1e-30, 88, 200, 1e30, .infinity]
    for count in [x.count, x.count + 16] {
      let padded = x + values(count - x.count)
      let y = run([padded], output: padded) { activation.kernel($0[0], $1, count) }
      #expect(y[0].isNaN)
      expectClose(
        zip(x, y).dropFirst().map { max(min($1, 1e30), -1e30) },
        x.dropFirst().map { max(min(activation.value(Double($0)), 1e30), -1e30) })
      let ones = [Float](repeating: 1, count: count)
      let dx = run([y, ones], output: y) { activation.gradient($0[0], $0[1], $1, count) }
      #expect(dx[0].isNaN || activation.testDescription == "relu")
      let late = run([ones, y], output: y) { activation.gradient($0[0], $0[1], $1, count) }
      #expect(late[0].isNaN)
    }
  }
}
