import PartitaDevice
import PartitaGraph

// How do I add a kernel?
//
// `prepare` runs once, before the first step, and may take its time. What it returns runs in every
// step: it allocates nothing, writes all of its results, and computes a sample's bits from this
// sample alone. Then every cut of the model and of the batch gives the same bits.

extension Softsign: CPUOperator {
  func prepare(_ call: CPUCall) throws(DeviceError) -> CPUPrepared {
    let count = call.count(call.outputs[0])
    return CPUPrepared { operands in
      { (run) throws(DeviceError) in
        let (x, y) = (run.floats(operands.inputs[0]), run.floats(operands.outputs[0]))
        for index in 0..<count { y[index] = x[index] / (1 + abs(x[index])) }
      }
    }
  }
}

extension SoftsignGradient: CPUOperator {
  func prepare(_ call: CPUCall) throws(DeviceError) -> CPUPrepared {
    let count = call.count(call.outputs[0])
    return CPUPrepared { operands in
      { (run) throws(DeviceError) in
        let (x, upstream) = (run.floats(operands.inputs[0]), run.floats(operands.inputs[1]))
        let gradient = run.floats(operands.outputs[0])
        for index in 0..<count {
          let size = 1 + abs(x[index])
          gradient[index] = upstream[index] / (size * size)
        }
      }
    }
  }
}
