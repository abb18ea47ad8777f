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
    /// Whether the gradient only compares what it takes, so that it isn't NaN where that is.
    var onlyCompares = false
    let value: @Sendable (Double) -> Double
    let slope: @Sendable (Double) -> Double
  }

  static let activations = [
    Activation(
      testDescription: "relu", kernel: { pk_relu($0, $1, $2) },
      gradient: { pk_relu_gradient($0, $1, $2, $3) }, fromInput: false, onlyCompares: true,
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

  /// A function that is known by its number and constants.
  private static func pointwise(
    _ name: String, _ function: Int, _ a: Float = 0, _ b: Float = 0, onlyCompares: Bool = false,
    value: @escaping @Sendable (Double) -> Double, slope: @escaping @Sendable (Double) -> Double
  ) -> Activation {
    Activation(
      testDescription: name, kernel: { pk_pointwise(Int32(function), a, b, $0, $1, $2) },
      gradient: { pk_pointwise_gradient(Int32(function), a, b, $0, $1, $2, $3) },
      fromInput: true, onlyCompares: onlyCompares, value: value, slope: slope)
  }

  private static let pointwiseFunctions = [
    pointwise(
      "leaky relu", PK_LEAKY_RELU, 0.125, onlyCompares: true,
      value: { $0 > 0 ? $0 : $0 / 8 }, slope: { $0 > 0 ? 1 : 1 / 8 }),
    pointwise(
      "elu", PK_ELU, 0.75, value: { $0 > 0 ? $0 : 0.75 * expm1($0) },
      slope: { $0 > 0 ? 1 : 0.75 * exp($0) }),
    pointwise(
      "hard sigmoid", PK_HARD_SIGMOID, 0.25, 0.5, onlyCompares: true,
      value: { min(max($0 / 4 + 0.5, 0), 1) }, slope: { abs($0) < 2 ? 0.25 : 0 }),
    pointwise(
      "hard swish", PK_HARD_SWISH, value: { $0 * min(max($0 / 6 + 0.5, 0), 1) },
      slope: { $0 <= -3 ? 0 : $0 >= 3 ? 1 : $0 / 3 + 0.5 }),
    pointwise(
      "silu", PK_SILU, value: { $0 / (1 + exp(-$0)) },
      slope: { 1 / (1 + exp(-$0)) + $0 / (2 + exp($0) + exp(-$0)) }),
    pointwise(
      "clip", PK_CLIP, -0.5, 6, onlyCompares: true,
      value: { min(max($0, -0.5), 6) }, slope: { $0 > -0.5 && $0 < 6 ? 1 : 0 }),
    pointwise(
      "clip from below", PK_CLIP, -0.5, .infinity, onlyCompares: true,
      value: { max($0, -0.5) }, slope: { $0 > -0.5 ? 1 : 0 }),
    pointwise(
      "softplus", PK_SOFTPLUS, value: { max($0, 0) + log1p(exp(-abs($0))) },
      slope: { 1 / (1 + exp(-$0)) }),
  ]

  @Test(arguments: activations + pointwiseFunctions, oddSizes) func forward(
    _ activation: Activation, n: Int
  ) {
    let x = values(n, in: -12...12)
    let y = run([x], output: x) { activation.kernel($0[0], $1, n) }
    expectClose(y, x.map { activation.value(Double($0)) })
    expectSameBits(run([], output: x) { activation.kernel($1, $1, n) }, y)
  }

  @Test(arguments: activations + pointwiseFunctions, oddSizes) func gradient(
    _ activation: Activation, n: Int
  ) {
    let x = values(n, in: -6...6)
    let dy = values(n, seed: 2)
    let saved = activation.fromInput ? x : x.map { Float(activation.value(Double($0))) }
    let dx = run([saved, dy], output: dy) { activation.gradient($0[0], $0[1], $1, n) }
    expectClose(dx, zip(x, dy).map { activation.slope(Double($0)) * Double($1) })
    expectSameBits(run([saved], output: dy) { activation.gradient($0[0], $1, $1, n) }, dx)
    expectSameBits(run([dy], output: saved) { activation.gradient($1, $0[0], $1, n) }, dx)
  }

  @Test(arguments: activations + pointwiseFunctions) func extremes(_ activation: Activation) {
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
      #expect(dx[0].isNaN || activation.onlyCompares)
      let late = run([ones, y], output: y) { activation.gradient($0[0], $0[1], $1, count) }
      #expect(late[0].isNaN)
    }
  }
}
