internal import CKernels
internal import COneDNN
public import PartitaGraph

extension Convolution {
  public func prepare(_ call: CPUCall) throws(DeviceError) -> CPUPrepared {
    let hasBias = call.inputs.count == 3
    if let own = ownKernel(call) {
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
    let handle = try handle(call, PD_FORWARD, bias: hasBias)
    return CPUPrepared(scratchBytes: pd_convolution_workspace(handle.pointer)) { operands in
      { (run) throws(DeviceError) in
        try OneDNN.check(
          pd_convolution_forward(
            handle.pointer, run.raw(operands.inputs[0]), run.raw(operands.inputs[1]),
            hasBias ? run.floats(operands.inputs[2]) : nil, run.floats(operands.outputs[0]),
            run.raw(operands.scratch)), call)
      }
    }
  }
}

extension ConvolutionInputGradient {
  public func prepare(_ call: CPUCall) throws(DeviceError) -> CPUPrepared {
    if let own = ownKernel(call) {
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
    let handle = try handle(call, PD_INPUT_GRADIENT)
    return CPUPrepared(scratchBytes: pd_convolution_workspace(handle.pointer)) { operands in
      { (run) throws(DeviceError) in
        try OneDNN.check(
          pd_convolution_input_gradient(
            handle.pointer, run.raw(operands.inputs[0]), run.raw(operands.inputs[1]),
            run.floats(operands.outputs[0]), run.raw(operands.scratch)), call)
      }
    }
  }
}

extension ConvolutionWeightGradient {
  public func prepare(_ call: CPUCall) throws(DeviceError) -> CPUPrepared {
    if let own = ownKernel(call) {
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
    let handle = try handle(call, PD_WEIGHT_GRADIENT)
    return CPUPrepared(scratchBytes: pd_convolution_workspace(handle.pointer)) { operands in
      { (run) throws(DeviceError) in
        try OneDNN.check(
          pd_convolution_weight_gradient(
            handle.pointer, run.raw(operands.inputs[0]), run.raw(operands.inputs[1]),
            call.accumulate(run), run.floats(operands.outputs[0]), nil, run.raw(operands.scratch)),
          call)
      }
    }
  }
}

/// A convolution or one of its gradients.
protocol ConvolutionPart: NarrowOperator {
  var window: Window { get }
  var groups: Int { get }
  /// The shape of an image that is convolved.
  func image(of call: CPUCall) -> Shape
  /// The shape of the weights.
  func weight(of call: CPUCall) -> Shape
}

extension Convolution: ConvolutionPart {
  func image(of call: CPUCall) -> Shape { call.inputs[0].shape }
  func weight(of call: CPUCall) -> Shape { call.inputs[1].shape }
}

extension ConvolutionInputGradient: ConvolutionPart {
  func image(of call: CPUCall) -> Shape { inputShape }
  func weight(of call: CPUCall) -> Shape { call.inputs[1].shape }
}

extension ConvolutionWeightGradient: ConvolutionPart {
  func image(of call: CPUCall) -> Shape { call.inputs[1].shape }
  func weight(of call: CPUCall) -> Shape { weightShape }
}

extension ConvolutionPart {
  /// Whether the library multiplies bfloat16 as it is, and faster than float32. Of grouped convolutions of
  /// bfloat16 it has but a plain reference.
  func takesNarrowFactors(_ call: CPUCall) -> Bool {
    pd_multiplies_bfloat16() != 0 && groups == 1 && ownKernel(call) == nil
  }

  /// The shape for our own kernels, which are the faster ones for few input channels; nil for others.
  fileprivate func ownKernel(_ call: CPUCall) -> (shape: pk_convolution, scratchBytes: Int)? {
    let (image, weight) = (image(of: call), weight(of: call))
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

  /// The library's kernel.
  fileprivate func handle(
    _ call: CPUCall, _ part: Int, bias: Bool = false
  ) throws(DeviceError) -> OneDNNHandle {
    let (image, weight) = (image(of: call), weight(of: call))
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
    shape.narrow = call.inputs[0].element == .bfloat16 ? 1 : 0
    shape.parts = Int32(part)
    return try OneDNNHandle(
      call, create: { context, handle in pd_convolution_create(context, &shape, &handle) },
      destroy: pd_convolution_destroy)
  }
}
