internal import CKernels
public import PartitaGraph

/// A C kernel over axes with steps, y = f(a, b).
private typealias Strided = (
  Int32, UnsafePointer<Int>?, UnsafePointer<Int>?, UnsafePointer<Int>?, UnsafePointer<Float>?,
  UnsafePointer<Float>?, UnsafeMutablePointer<Float>?
) -> Void

/// A kernel for two operands of which one may be shared, then it runs sample by sample; or whose
/// shapes differ, then it walks over their axes.
private func broadcasting(
  _ call: CPUCall, _ kernel: @escaping ElementKernel.Binary, _ strided: @escaping Strided
) throws(DeviceError) -> CPUPrepared {
  guard call.inputs[0].shape == call.inputs[1].shape else { return try walking(call, strided) }
  guard call.inputs[0].batching != call.inputs[1].batching else {
    return try ElementKernel.binary(kernel).prepared(call)
  }
  try call.expectFloats()
  let (samples, count) = (call.samples, call.outputs[0].shape.count)
  let strides = call.inputs.map { $0.isPerSample ? count : 0 }
  return CPUPrepared { operands in
    { (run) throws(DeviceError) in
      for sample in 0..<samples {
        kernel(
          run.floats(operands.inputs[0]) + sample * strides[0],
          run.floats(operands.inputs[1]) + sample * strides[1],
          run.floats(operands.outputs[0]) + sample * count, count)
      }
    }
  }
}

private func walking(_ call: CPUCall, _ kernel: @escaping Strided)
  throws(DeviceError) -> CPUPrepared
{
  try call.expectFloats()
  let result = call.outputs[0]
  let axes = StridedAxes(
    call.extents(result),
    steps: call.inputs.map { call.steps(of: $0, in: result.shape) })
  try axes.check(call)
  return CPUPrepared { operands in
    { (run) throws(DeviceError) in
      kernel(
        axes.rank, axes.extents, axes.steps[0], axes.steps[1], run.floats(operands.inputs[0]),
        run.floats(operands.inputs[1]), run.floats(operands.outputs[0]))
    }
  }
}

extension ReLU: ElementwiseOperator {
  var elementKernel: ElementKernel { .unary(pk_relu) }
}

extension Sigmoid: ElementwiseOperator {
  var elementKernel: ElementKernel { .unary(pk_sigmoid) }
}

extension Tanh: ElementwiseOperator {
  var elementKernel: ElementKernel { .unary(pk_tanh) }
}

extension GELU: ElementwiseOperator {
  var elementKernel: ElementKernel { .unary(pk_gelu) }
}

extension ReLUGradient: ElementwiseOperator {
  var elementKernel: ElementKernel { .binary(pk_relu_gradient) }
}

extension SigmoidGradient: ElementwiseOperator {
  var elementKernel: ElementKernel { .binary(pk_sigmoid_gradient) }
}

extension TanhGradient: ElementwiseOperator {
  var elementKernel: ElementKernel { .binary(pk_tanh_gradient) }
}

extension GELUGradient: ElementwiseOperator {
  var elementKernel: ElementKernel { .binary(pk_gelu_gradient) }
}

extension Pointwise: ElementwiseOperator {
  var elementKernel: ElementKernel {
    let (code, a, b) = function.kernel
    return .unary { x, y, count in pk_pointwise(code, a, b, x, y, count) }
  }
}

extension PointwiseGradient: ElementwiseOperator {
  var elementKernel: ElementKernel {
    let (code, a, b) = function.kernel
    return .binary { x, dy, dx, count in pk_pointwise_gradient(code, a, b, x, dy, dx, count) }
  }
}

extension PointwiseFunction {
  /// How the C kernel calls the function, and its constants.
  fileprivate var kernel: (Int32, Float, Float) {
    let code =
      switch self {
      case .leakyReLU: PK_LEAKY_RELU
      case .elu: PK_ELU
      case .hardSigmoid: PK_HARD_SIGMOID
      case .hardSwish: PK_HARD_SWISH
      case .silu: PK_SILU
      case .clip: PK_CLIP
      case .softplus: PK_SOFTPLUS
      }
    let numbers = constants.map { Float($0) } + [0, 0]
    return (Int32(code), numbers[0], numbers[1])
  }
}

extension Reciprocal: ElementwiseOperator {
  var elementKernel: ElementKernel { .unary(pk_reciprocal) }
}

extension SquareRoot: ElementwiseOperator {
  var elementKernel: ElementKernel { .unary(pk_square_root) }
}

extension Exp: ElementwiseOperator {
  var elementKernel: ElementKernel { .unary(pk_exp) }
}

extension Erf: ElementwiseOperator {
  var elementKernel: ElementKernel { .unary(pk_erf) }
}

extension Positive: ElementwiseOperator {
  var elementKernel: ElementKernel { .unary(pk_positive) }
}

extension AddConstant: ElementwiseOperator {
  var elementKernel: ElementKernel {
    let constant = Float(self.constant)
    return .unary { x, y, count in pk_add_constant(x, constant, y, count) }
  }
}

extension Add: ElementwiseOperator {
  var elementKernel: ElementKernel { .binary(pk_add) }

  public func prepare(_ call: CPUCall) throws(DeviceError) -> CPUPrepared {
    try broadcasting(call, pk_add, pk_add_broadcast)
  }
}

extension Multiply: ElementwiseOperator {
  var elementKernel: ElementKernel { .binary(pk_multiply) }

  public func prepare(_ call: CPUCall) throws(DeviceError) -> CPUPrepared {
    try broadcasting(call, pk_multiply, pk_multiply_broadcast)
  }
}

extension Reshape: ElementwiseOperator {
  var elementKernel: ElementKernel { .unary(pk_copy) }
}

extension Scale: ElementwiseOperator {
  var elementKernel: ElementKernel {
    let factor = Float(self.factor)
    return .unary { x, y, count in pk_scale(x, factor, y, count) }
  }

  public func prepare(_ call: CPUCall) throws(DeviceError) -> CPUPrepared {
    if call.inputs[0] == .scalar {
      let factor = self.factor
      return scalars { inputs in factor * inputs[0] }
    }
    return try prepareElements(call)
  }
}

extension Dropout: CPUOperator {
  public func prepare(_ call: CPUCall) -> CPUPrepared {
    let (samples, count) = (call.samples, call.inputs[0].shape.count)
    let (rate, key) = (Float(self.rate), self.key)
    return CPUPrepared { operands in
      { (run) throws(DeviceError) in
        let (x, y) = (run.floats(operands.inputs[0]), run.floats(operands.outputs[0]))
        let indices = run.integers(operands.inputs[1])
        let step = UInt32(bitPattern: run.integers(operands.inputs[2]).pointee)
        for sample in 0..<samples {
          pk_dropout(
            x + sample * count, rate, key, UInt32(bitPattern: indices[sample]), step, 1, count,
            y + sample * count)
        }
      }
    }
  }
}
