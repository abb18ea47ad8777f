internal import CKernels
internal import COneDNN
public import PartitaGraph

extension Linear: NarrowOperator {
  public func prepare(_ call: CPUCall) throws(DeviceError) -> CPUPrepared {
    try Self.prepare(call, fusesReLU: false)
  }

  /// The kernel, with the ReLU that follows where `fusesReLU`: exact, as the bias is.
  static func prepare(_ call: CPUCall, fusesReLU: Bool) throws(DeviceError) -> CPUPrepared {
    let hasBias = call.inputs.count == 3
    let weight = call.inputs[1].shape
    let rows = call.rows(call.inputs[0])
    // Measured: where rows are few and long, the library's copy of the weights doesn't pay.
    if (16...32).contains(rows), weight[1] >= 512, call.inputs[0].element == .float32 {
      return CPUPrepared { operands in
        { (run) throws(DeviceError) in
          pk_linear_rows(
            run.floats(operands.inputs[0]), run.floats(operands.inputs[1]),
            hasBias ? run.floats(operands.inputs[2]) : nil, rows, weight[1], weight[0],
            fusesReLU ? 1 : 0, run.floats(operands.outputs[0]))
        }
      }
    }
    let handle = try linear(
      call, rows: rows, inputs: weight[1], outputs: weight[0], PD_FORWARD,
      fused: (hasBias ? PD_BIAS : 0) | (fusesReLU ? PD_RELU : 0))
    return CPUPrepared(scratchBytes: pd_linear_workspace(handle.pointer)) { operands in
      { (run) throws(DeviceError) in
        try OneDNN.check(
          pd_linear_forward(
            handle.pointer, run.raw(operands.inputs[0]), run.raw(operands.inputs[1]),
            hasBias ? run.floats(operands.inputs[2]) : nil, run.floats(operands.outputs[0]),
            run.raw(operands.scratch)), call)
      }
    }
  }
}

extension LinearInputGradient: NarrowOperator {
  public func prepare(_ call: CPUCall) throws(DeviceError) -> CPUPrepared {
    let weight = call.inputs[1].shape
    let handle = try linear(
      call, rows: call.rows(call.inputs[0]), inputs: weight[1], outputs: weight[0],
      PD_INPUT_GRADIENT)
    return CPUPrepared(scratchBytes: pd_linear_workspace(handle.pointer)) { operands in
      { (run) throws(DeviceError) in
        try OneDNN.check(
          pd_linear_input_gradient(
            handle.pointer, run.raw(operands.inputs[0]), run.raw(operands.inputs[1]),
            run.floats(operands.outputs[0]), run.raw(operands.scratch)), call)
      }
    }
  }
}

extension LinearWeightGradient: NarrowOperator {
  public func prepare(_ call: CPUCall) throws(DeviceError) -> CPUPrepared {
    let weight = call.outputs[0].shape
    let handle = try linear(
      call, rows: call.rows(call.inputs[0]), inputs: weight[1], outputs: weight[0],
      PD_WEIGHT_GRADIENT)
    return CPUPrepared(scratchBytes: pd_linear_workspace(handle.pointer)) { operands in
      { (run) throws(DeviceError) in
        try OneDNN.check(
          pd_linear_weight_gradient(
            handle.pointer, run.raw(operands.inputs[0]), run.raw(operands.inputs[1]),
            call.accumulate(run), run.floats(operands.outputs[0]), run.raw(operands.scratch)), call)
      }
    }
  }
}

private func linear(
  _ call: CPUCall, rows: Int, inputs: Int, outputs: Int, _ part: Int,
  fused: Int = 0
) throws(DeviceError) -> OneDNNHandle {
  let narrow = call.inputs[0].element == .bfloat16 ? PD_BFLOAT16 : 0
  return try OneDNNHandle(
    call,
    create: { context, handle in
      pd_linear_create(
        context, rows, inputs, outputs, Int32(part), Int32(fused | narrow), &handle)
    }, destroy: pd_linear_destroy)
}
