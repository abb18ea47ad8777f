internal import CKernels
public import PartitaGraph

extension Convert: CPUOperator {
  /// Between float32 and bfloat16; of float32 to itself a copy.
  public func prepare(_ call: CPUCall) throws(DeviceError) -> CPUPrepared {
    let count = call.count(call.outputs[0])
    switch (call.inputs[0].element, element) {
    case (.float32, .bfloat16):
      return CPUPrepared { operands in
        { (run) throws(DeviceError) in
          pk_round_bfloat16(run.floats(operands.inputs[0]), run.halves(operands.outputs[0]), count)
        }
      }
    case (.bfloat16, .float32):
      return CPUPrepared { operands in
        { (run) throws(DeviceError) in
          pk_widen_bfloat16(run.halves(operands.inputs[0]), run.floats(operands.outputs[0]), count)
        }
      }
    case (.float32, .float32):
      return CPUPrepared { operands in
        { (run) throws(DeviceError) in
          pk_copy(run.floats(operands.inputs[0]), run.floats(operands.outputs[0]), count)
        }
      }
    case (let from, let to):
      throw .unsupported(operator: "\(call.name) of \(from) to \(to)", device: "CPU")
    }
  }
}
