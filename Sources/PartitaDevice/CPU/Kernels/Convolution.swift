internal import CKernels
internal import COneDNN
public import PartitaGraph

extension Convolution: CPUOperator {
  public func prepare(_ call: CPUCall) throws(DeviceError) -> CPUPrepared {
    let hasBias = call.inputs.count == 3
    if let own = ownKernel(
      call, image: call.inputs[0].shape, weight: call.inputs[1].shape, window, groups: groups)
    {
      return CPUPrepared(scratchBytes: own.scratchBytes) { operands in
        { (run) throws(DeviceError) in
          withUnsafePointer(to: own.shape) { shape in
            pk_convolution_forward(
              shape, run.floats(operands.inputs[0]), run.floats(operands.inputs[1]),
              hasBias ? run.floats(operands.inputs[2]) : nil, run.floats(operands.outputs[0]),
              run.raw(operands.scratch))
          }
        }
      }
    }
    let handle = try convolution(
      call, image: call.inputs[0].shape, weight: call.inputs[1].shape, window, groups: groups,
      PD_FORWARD,
      bias: hasBias)
    return CPUPrepared(scratchBytes: pd_convolution_workspace(handle.pointer)) { operands in
      { (run) throws(DeviceError) in
        try OneDNN.check(
          pd_convolution_forward(
            handle.pointer, run.floats(operands.inputs[0]), run.floats(operands.inputs[1]),
            hasBias ? run.floats(operands.inputs[2]) : nil, run.floats(operands.outputs[0]),
            run.raw(operands.scratch)), call)
      }
    }
  }
}

extension ConvolutionInputGradient: CPUOperator {
  public func prepare(_ call: CPUCall) throws(DeviceError) -> CPUPrepared {
    if let own = ownKernel(
      call, image: inputShape, weight: call.inputs[1].shape, window, groups: groups)
    {
      return CPUPrepared(scratchBytes: own.scratchBytes) { operands in
        { (run) throws(DeviceError) in
          withUnsafePointer(to: own.shape) { shape in
            pk_convolution_input_gradient(
              shape, run.floats(operands.inputs[0]), run.floats(operands.inputs[1]),
              run.floats(operands.outputs[0]), run.raw(operands.scratch))
          }
        }
      }
    }
    let handle = try convolution(
      call, image: inputShape, weight: call.inputs[1].shape, window, groups: groups,
      PD_INPUT_GRADIENT)
    return CPUPrepared(scratchBytes: pd_convolution_workspace(handle.pointer)) { operands in
      { (run) throws(DeviceError) in
        try OneDNN.check(
          pd_convolution_input_gradient(
            handle.pointer, run.floats(operands.inputs[0]), run.floats(operands.inputs[1]),
            run.floats(operands.outputs[0]), run.raw(operands.scratch)), call)
      }
    }
  }
}

extension ConvolutionWeightGradient: CPUOperator {
  public func prepare(_ call: CPUCall) throws(DeviceError) -> CPUPrepared {
    if let own = ownKernel(
      call, image: call.inputs[1].shape, weight: weightShape, window, groups: groups)
    {
      return CPUPrepared(scratchBytes: own.scratchBytes) { operands in
        { (run) throws(DeviceError) in
          withUnsafePointer(to: own.shape) { shape in
            pk_convolution_weight_gradient(
              shape, run.floats(operands.inputs[0]), run.floats(operands.inputs[1]),
              call.accumulate(run), run.floats(operands.outputs[0]), run.raw(operands.scratch))
          }
        }
      }
    }
    let handle = try convolution(
      call, image: call.inputs[1].shape, weight: weightShape, window, groups: groups,
      PD_WEIGHT_GRADIENT)
    return CPUPrepared(scratchBytes: pd_convolution_workspace(handle.pointer)) { operands in
      { (run) throws(DeviceError) in
        try OneDNN.check(
          pd_convolution_weight_gradient(
            handle.pointer, run.floats(operands.inputs[0]), run.floats(operands.inputs[1]),
            call.accumulate(run), run.floats(operands.outputs[0]), nil, run.raw(operands.scratch)),
          call)
      }
    }
  }
}

/// The shape for our own kernels, which are the faster ones for few input channels; nil for others.
private func ownKernel(
  _ call: CPUCall, image: Shape, weight: Shape, _ window: Window, groups: Int
) -> (shape: pk_convolution, scratchBytes: Int)? {
  guard image[0] <= 8, groups == 1, window.stride.rows == 1, window.stride.columns == 1 else {
    return nil
  }
  var shape = pk_convolution()
  shape.samples = call.samples
  (shape.in, shape.height, shape.width) = (image[0], image[1], image[2])
  (shape.out, shape.kernel_h, shape.kernel_w) = (weight[0], weight[2], weight[3])
  (shape.dilation_h, shape.dilation_w) = (window.dilation.rows, window.dilation.columns)
  (shape.top, shape.left) = (window.padding.top, window.padding.left)
  (shape.bottom, shape.right) = (window.padding.bottom, window.padding.right)
  return (shape, pk_convolution_workspace(&shape))
}

private func convolution(
  _ call: CPUCall, image: Shape, weight: Shape, _ window: Window,
  groups: Int, _ part: Int, bias: Bool = false
) throws(DeviceError) -> OneDNNHandle {
  var shape = pd_convolution_shape()
  shape.samples = call.samples
  (shape.in_channels, shape.height, shape.width) = (image[0], image[1], image[2])
  shape.out_channels = weight[0]
  (shape.kernel_h, shape.kernel_w) = (weight[2], weight[3])
  (shape.stride_h, shape.stride_w) = (window.stride.rows, window.stride.columns)
  (shape.dilation_h, shape.dilation_w) = (window.dilation.rows, window.dilation.columns)
  shape.groups = groups
  (shape.padding_top, shape.padding_left) = (window.padding.top, window.padding.left)
  (shape.padding_bottom, shape.padding_right) = (window.padding.bottom, window.padding.right)
  shape.bias = bias ? 1 : 0
  shape.parts = Int32(part)
  return try OneDNNHandle(
    call, create: { context, handle in pd_convolution_create(context, &shape, &handle) },
    destroy: pd_convolution_destroy)
}
