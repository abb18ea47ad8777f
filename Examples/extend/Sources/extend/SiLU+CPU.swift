import Foundation
import PartitaDevice
import PartitaGraph

// How do I add a kernel?
//
// `prepare` runs once, before the first step, and may take its time. What it returns runs in every
// step: it allocates nothing, writes all of its results, and computes a sample's bits from this
// sample alone. Then every cut of the model and of the batch gives the same bits.

extension SiLU: CPUOperator {
  func prepare(_ call: CPUCall) throws(DeviceError) -> CPUPrepared {
    let count = call.count(call.outputs[0])
    return CPUPrepared { operands in
      { (run) throws(DeviceError) in
        let (x, y) = (run.floats(operands.inputs[0]), run.floats(operands.outputs[0]))
        for index in 0..<count { y[index] = x[index] * sigmoid(x[index]) }
      }
    }
  }
}

extension SiLUGradient: CPUOperator {
  func prepare(_ call: CPUCall) throws(DeviceError) -> CPUPrepared {
    let count = call.count(call.outputs[0])
    return CPUPrepared { operands in
      { (run) throws(DeviceError) in
        let (x, upstream) = (run.floats(operands.inputs[0]), run.floats(operands.inputs[1]))
        let gradient = run.floats(operands.outputs[0])
        for index in 0..<count {
          let value = sigmoid(x[index])
          gradient[index] = upstream[index] * value * (1 + x[index] * (1 - value))
        }
      }
    }
  }
}

private func sigmoid(_ x: Float) -> Float { 1 / (1 + exp(-x)) }
