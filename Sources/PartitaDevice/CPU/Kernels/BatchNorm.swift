internal import CKernels
public import PartitaGraph

extension CPUCall {
  /// Channels and pixels of n x [C, ...].
  fileprivate var channelsAndPixels: (channels: Int, pixels: Int) {
    let extents = inputs[0].shape.extents
    return (extents[0], extents.dropFirst().reduce(1, *))
  }
}

extension BatchNorm: CPUOperator {
  public func prepare(_ call: CPUCall) -> CPUPrepared {
    let (samples, epsilon) = (call.samples, Float(self.epsilon))
    let (channels, pixels) = call.channelsAndPixels
    return CPUPrepared { operands in
      { (run) throws(DeviceError) in
        pk_batch_norm(
          run.floats(operands.inputs[0]), run.floats(operands.inputs[1]),
          run.floats(operands.inputs[2]), epsilon, samples, channels, pixels,
          run.floats(operands.outputs[0]), run.floats(operands.outputs[1]),
          run.floats(operands.outputs[2]))
      }
    }
  }
}

extension BatchNormInputGradient: CPUOperator {
  public func prepare(_ call: CPUCall) -> CPUPrepared {
    let (samples, epsilon) = (call.samples, Float(self.epsilon))
    let (channels, pixels) = call.channelsAndPixels
    return CPUPrepared { operands in
      { (run) throws(DeviceError) in
        pk_batch_norm_input_gradient(
          run.floats(operands.inputs[0]), run.floats(operands.inputs[1]),
          run.floats(operands.inputs[2]), run.floats(operands.inputs[3]),
          run.floats(operands.inputs[4]), epsilon, samples, channels, pixels,
          run.floats(operands.outputs[0]))
      }
    }
  }
}

extension BatchNormScaleGradient: CPUOperator {
  public func prepare(_ call: CPUCall) -> CPUPrepared {
    let (samples, epsilon) = (call.samples, Float(self.epsilon))
    let (channels, pixels) = call.channelsAndPixels
    return CPUPrepared { operands in
      { (run) throws(DeviceError) in
        pk_batch_norm_scale_gradient(
          run.floats(operands.inputs[0]), run.floats(operands.inputs[1]),
          run.floats(operands.inputs[2]), run.floats(operands.inputs[3]), epsilon, samples,
          channels, pixels, call.accumulate(run), run.floats(operands.outputs[0]))
      }
    }
  }
}

extension BatchNormPrediction: CPUOperator {
  public func prepare(_ call: CPUCall) -> CPUPrepared {
    let (samples, epsilon) = (call.samples, Float(self.epsilon))
    let (channels, pixels) = call.channelsAndPixels
    return CPUPrepared { operands in
      { (run) throws(DeviceError) in
        pk_batch_norm_by(
          run.floats(operands.inputs[0]), run.floats(operands.inputs[1]),
          run.floats(operands.inputs[2]), run.floats(operands.inputs[3]),
          run.floats(operands.inputs[4]), epsilon, samples, channels, pixels,
          run.floats(operands.outputs[0]))
      }
    }
  }
}

extension RunningShare: CPUOperator {
  public func prepare(_ call: CPUCall) -> CPUPrepared {
    let (samples, channels) = (call.samples, call.outputs[0].shape.count)
    let factor = factor(samples: samples)
    return CPUPrepared { operands in
      { (run) throws(DeviceError) in
        pk_running_share(
          run.floats(operands.inputs[0]), run.floats(operands.inputs[1]), factor, samples, channels,
          call.accumulate(run), run.floats(operands.outputs[0]))
      }
    }
  }
}
