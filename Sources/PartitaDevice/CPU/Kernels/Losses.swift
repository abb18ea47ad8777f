internal import CKernels
public import PartitaGraph

extension SoftmaxCrossEntropy: CPUOperator {
  public func prepare(_ call: CPUCall) -> CPUPrepared {
    let (samples, shape) = (call.samples, call.inputs[0].shape)
    return CPUPrepared { operands in
      { (run) throws(DeviceError) in
        try call.check(
          pk_cross_entropy(
            run.floats(operands.inputs[0]), run.integers(operands.inputs[1]), samples, shape.rows,
            shape.last, run.floats(operands.outputs[0]), run.floats(operands.outputs[1]),
            run.floats(operands.outputs[2])),
          limit: shape.last)
      }
    }
  }
}

extension SoftmaxCrossEntropyGradient: CPUOperator {
  public func prepare(_ call: CPUCall) -> CPUPrepared {
    let (samples, shape) = (call.samples, call.inputs[0].shape)
    return CPUPrepared { operands in
      { (run) throws(DeviceError) in
        try call.check(
          pk_cross_entropy_gradient(
            run.floats(operands.inputs[0]), run.integers(operands.inputs[1]),
            run.floats(operands.inputs[2]), run.floats(operands.inputs[3]),
            run.floats(operands.inputs[4]), samples, shape.rows, shape.last,
            run.floats(operands.outputs[0])),
          limit: shape.last)
      }
    }
  }
}

extension SquaredError: CPUOperator {
  public func prepare(_ call: CPUCall) -> CPUPrepared {
    let (samples, features) = (call.samples, call.inputs[0].shape.count)
    return CPUPrepared { operands in
      { (run) throws(DeviceError) in
        pk_squared_error(
          run.floats(operands.inputs[0]), run.floats(operands.inputs[1]), samples, features,
          run.floats(operands.outputs[0]))
      }
    }
  }
}

extension SquaredErrorGradient: CPUOperator {
  public func prepare(_ call: CPUCall) -> CPUPrepared {
    let (samples, features) = (call.samples, call.inputs[0].shape.count)
    return CPUPrepared { operands in
      { (run) throws(DeviceError) in
        pk_squared_error_gradient(
          run.floats(operands.inputs[0]), run.floats(operands.inputs[1]),
          run.floats(operands.inputs[2]), samples, features, run.floats(operands.outputs[0]))
      }
    }
  }
}

extension CorrectCount: CPUOperator {
  public func prepare(_ call: CPUCall) -> CPUPrepared {
    let (rows, classes) = (call.rows(call.inputs[0]), call.inputs[0].shape.last)
    return CPUPrepared { operands in
      { (run) throws(DeviceError) in
        let right = pk_count_correct(
          run.floats(operands.inputs[0]), run.integers(operands.inputs[1]), rows, classes)
        let total = run.doubles(operands.outputs[0])
        total.pointee = Double(right) + (call.accumulates(in: run) ? total.pointee : 0)
      }
    }
  }
}
