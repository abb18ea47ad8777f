internal import CKernels
public import PartitaGraph

/// A C kernel over n values, y = f(x).
private typealias Unary = (UnsafePointer<Float>?, UnsafeMutablePointer<Float>?, Int) -> Void
/// A C kernel over n values, y = f(a, b).
private typealias Binary = (
  UnsafePointer<Float>?, UnsafePointer<Float>?, UnsafeMutablePointer<Float>?, Int
) -> Void

private func unary(_ call: CPUCall, _ kernel: @escaping Unary)
  throws(DeviceError) -> CPUPrepared
{
  try call.expectNoDoubles()
  let count = call.count(call.outputs[0])
  return CPUPrepared { operands in
    { (run) throws(DeviceError) in
      kernel(run.floats(operands.inputs[0]), run.floats(operands.outputs[0]), count)
    }
  }
}

private func binary(_ call: CPUCall, _ kernel: @escaping Binary)
  throws(DeviceError) -> CPUPrepared
{
  try call.expectNoDoubles()
  let count = call.count(call.outputs[0])
  return CPUPrepared { operands in
    { (run) throws(DeviceError) in
      kernel(
        run.floats(operands.inputs[0]), run.floats(operands.inputs[1]),
        run.floats(operands.outputs[0]), count)
    }
  }
}

/// A kernel for two operands of which one may be shared: then it runs sample by sample.
private func broadcasting(_ call: CPUCall, _ kernel: @escaping Binary)
  throws(DeviceError) -> CPUPrepared
{
  guard call.inputs[0].batching != call.inputs[1].batching else { return try binary(call, kernel) }
  try call.expectNoDoubles()
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

extension ReLU: CPUOperator {
  public func prepare(_ call: CPUCall) throws(DeviceError) -> CPUPrepared {
    try unary(call, pk_relu)
  }
}

extension Sigmoid: CPUOperator {
  public func prepare(_ call: CPUCall) throws(DeviceError) -> CPUPrepared {
    try unary(call, pk_sigmoid)
  }
}

extension Tanh: CPUOperator {
  public func prepare(_ call: CPUCall) throws(DeviceError) -> CPUPrepared {
    try unary(call, pk_tanh)
  }
}

extension GELU: CPUOperator {
  public func prepare(_ call: CPUCall) throws(DeviceError) -> CPUPrepared {
    try unary(call, pk_gelu)
  }
}

extension ReLUGradient: CPUOperator {
  public func prepare(_ call: CPUCall) throws(DeviceError) -> CPUPrepared {
    try binary(call, pk_relu_gradient)
  }
}

extension SigmoidGradient: CPUOperator {
  public func prepare(_ call: CPUCall) throws(DeviceError) -> CPUPrepared {
    try binary(call, pk_sigmoid_gradient)
  }
}

extension TanhGradient: CPUOperator {
  public func prepare(_ call: CPUCall) throws(DeviceError) -> CPUPrepared {
    try binary(call, pk_tanh_gradient)
  }
}

extension GELUGradient: CPUOperator {
  public func prepare(_ call: CPUCall) throws(DeviceError) -> CPUPrepared {
    try binary(call, pk_gelu_gradient)
  }
}

extension Add: CPUOperator {
  public func prepare(_ call: CPUCall) throws(DeviceError) -> CPUPrepared {
    try broadcasting(call, pk_add)
  }
}

extension Multiply: CPUOperator {
  public func prepare(_ call: CPUCall) throws(DeviceError) -> CPUPrepared {
    try broadcasting(call, pk_multiply)
  }
}

extension Reshape: CPUOperator {
  public func prepare(_ call: CPUCall) throws(DeviceError) -> CPUPrepared {
    try unary(call, pk_copy)
  }
}

extension Transpose: CPUOperator {
  public func prepare(_ call: CPUCall) throws(DeviceError) -> CPUPrepared {
    let shape = call.inputs[0].shape.extents
    // The axis of samples, where there is one, stays outermost.
    let extents = call.inputs[0].isPerSample ? [call.samples] + shape : shape
    let order = call.inputs[0].isPerSample ? [0] + self.order.map { $0 + 1 } : self.order
    guard (1...4).contains(extents.count) else {
      throw .unsupported(operator: "\(self) of \(shape.count) axes", device: "CPU")
    }
    let axes = order.map(Int32.init)
    return CPUPrepared { operands in
      { (run) throws(DeviceError) in
        _ = pk_permute(
          Int32(extents.count), extents, axes, run.floats(operands.inputs[0]),
          run.floats(operands.outputs[0]))
      }
    }
  }
}

extension Scale: CPUOperator {
  public func prepare(_ call: CPUCall) throws(DeviceError) -> CPUPrepared {
    if call.inputs[0] == .scalar {
      let factor = self.factor
      return scalars { inputs in factor * inputs[0] }
    }
    let factor = Float(self.factor)
    return try unary(call) { x, y, count in pk_scale(x, factor, y, count) }
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
