internal import CKernels
public import PartitaGraph

extension Bias: CPUOperator {
  public func prepare(_ call: CPUCall) -> CPUPrepared {
    let (kind, samples, rows) = (axis, call.samples, call.rows(call.inputs[0]))
    let channels = call.inputs[1].shape.count
    let pixels = call.inputs[0].shape.count / max(channels, 1)
    return CPUPrepared { operands in
      { (run) throws(DeviceError) in
        let (x, b) = (run.floats(operands.inputs[0]), run.floats(operands.inputs[1]))
        let y = run.floats(operands.outputs[0])
        switch kind {
        case .last: pk_bias_rows(x, b, y, rows, channels)
        case .first: pk_bias_channels(x, b, y, samples, channels, pixels)
        }
      }
    }
  }
}

extension BiasGradient: CPUOperator {
  public func prepare(_ call: CPUCall) -> CPUPrepared {
    let (kind, samples, rows) = (axis, call.samples, call.rows(call.inputs[0]))
    let channels = call.outputs[0].shape.count
    let pixels = call.inputs[0].shape.count / max(channels, 1)
    return CPUPrepared { operands in
      { (run) throws(DeviceError) in
        let (dy, db) = (run.floats(operands.inputs[0]), run.floats(operands.outputs[0]))
        switch kind {
        case .last: pk_column_sums(dy, rows, channels, call.accumulate(run), db)
        case .first: pk_channel_sums(dy, samples, channels, pixels, call.accumulate(run), db)
        }
      }
    }
  }
}

extension SampleSum: CPUOperator {
  public func prepare(_ call: CPUCall) -> CPUPrepared {
    let (samples, count) = (call.samples, call.inputs[0].shape.count)
    return CPUPrepared { operands in
      { (run) throws(DeviceError) in
        pk_column_sums(
          run.floats(operands.inputs[0]), samples, count, call.accumulate(run),
          run.floats(operands.outputs[0]))
      }
    }
  }
}

extension SampleBroadcast: CPUOperator {
  public func prepare(_ call: CPUCall) -> CPUPrepared {
    let (samples, count) = (call.samples, call.inputs[0].shape.count)
    return CPUPrepared { operands in
      { (run) throws(DeviceError) in
        let (x, y) = (run.floats(operands.inputs[0]), run.floats(operands.outputs[0]))
        for sample in 0..<samples { pk_copy(x, y + sample * count, count) }
      }
    }
  }
}

extension SampleMean: CPUOperator {
  public func prepare(_ call: CPUCall) -> CPUPrepared {
    let (samples, count) = (call.samples, call.inputs[0].shape.count)
    return CPUPrepared { operands in
      { (run) throws(DeviceError) in
        let (x, y) = (run.floats(operands.inputs[0]), run.floats(operands.outputs[0]))
        for element in 0..<count {
          var sum = 0.0
          for sample in 0..<samples { sum += Double(x[sample * count + element]) }
          let mean = Float(sum / Double(samples))
          for sample in 0..<samples { y[sample * count + element] = mean }
        }
      }
    }
  }
}

extension WeightedMean: CPUOperator {
  public func prepare(_ call: CPUCall) -> CPUPrepared {
    let samples = call.samples
    return CPUPrepared { operands in
      { (run) throws(DeviceError) in
        let sum = pk_weighted_sum(
          run.floats(operands.inputs[0]), run.floats(operands.inputs[1]), samples)
        let total = run.doubles(operands.outputs[0])
        total.pointee = run.accumulates ? total.pointee + sum : sum
      }
    }
  }
}
