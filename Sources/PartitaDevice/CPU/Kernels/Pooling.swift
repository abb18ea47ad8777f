internal import CKernels
public import PartitaGraph

/// The geometry of a pooling, as the C kernels take it.
private func geometry(
  _ image: ValueType, _ pooled: ValueType, samples: Int, kernel: RowsAndColumns = 1,
  window: Window = Window(), countsPadding: Bool = false
) -> pk_pooling {
  pk_pooling(
    planes: samples * image.shape[0], height: image.shape[1], width: image.shape[2],
    out_h: pooled.shape[1], out_w: pooled.shape[2], kernel_h: kernel.rows,
    kernel_w: kernel.columns, stride_h: window.stride.rows, stride_w: window.stride.columns,
    padding_top: window.padding.top, padding_left: window.padding.left,
    padding_bottom: window.padding.bottom, padding_right: window.padding.right,
    count_padding: countsPadding ? 1 : 0)
}

extension AveragePool: CPUOperator {
  public func prepare(_ call: CPUCall) -> CPUPrepared {
    let pooling = geometry(
      call.inputs[0], call.outputs[0], samples: call.samples, kernel: kernel, window: window,
      countsPadding: countsPadding)
    return CPUPrepared { operands in
      { (run) throws(DeviceError) in
        withUnsafePointer(to: pooling) {
          pk_average_pool($0, run.floats(operands.inputs[0]), run.floats(operands.outputs[0]))
        }
      }
    }
  }
}

extension AveragePoolGradient: CPUOperator {
  public func prepare(_ call: CPUCall) -> CPUPrepared {
    let pooling = geometry(
      call.outputs[0], call.inputs[0], samples: call.samples, kernel: pool.kernel,
      window: pool.window, countsPadding: pool.countsPadding)
    return CPUPrepared { operands in
      { (run) throws(DeviceError) in
        withUnsafePointer(to: pooling) {
          pk_average_pool_gradient(
            $0, run.floats(operands.inputs[0]), run.floats(operands.outputs[0]))
        }
      }
    }
  }
}

extension MaxPool: CPUOperator {
  public func prepare(_ call: CPUCall) -> CPUPrepared {
    let pooling = geometry(
      call.inputs[0], call.outputs[0], samples: call.samples, kernel: kernel, window: window)
    return CPUPrepared { operands in
      { (run) throws(DeviceError) in
        withUnsafePointer(to: pooling) {
          pk_max_pool(
            $0, run.floats(operands.inputs[0]), run.floats(operands.outputs[0]),
            run.integers(operands.outputs[1]))
        }
      }
    }
  }
}

extension MaxPoolGradient: CPUOperator {
  public func prepare(_ call: CPUCall) -> CPUPrepared {
    let pooling = geometry(call.outputs[0], call.inputs[0], samples: call.samples)
    return CPUPrepared { operands in
      { (run) throws(DeviceError) in
        withUnsafePointer(to: pooling) {
          pk_max_pool_gradient(
            $0, run.integers(operands.inputs[0]), run.floats(operands.inputs[1]),
            run.floats(operands.outputs[0]))
        }
      }
    }
  }
}

extension MaxPoolGather: CPUOperator {
  public func prepare(_ call: CPUCall) -> CPUPrepared {
    let pooling = geometry(call.inputs[1], call.outputs[0], samples: call.samples)
    return CPUPrepared { operands in
      { (run) throws(DeviceError) in
        withUnsafePointer(to: pooling) {
          pk_max_pool_gather(
            $0, run.integers(operands.inputs[0]), run.floats(operands.inputs[1]),
            run.floats(operands.outputs[0]))
        }
      }
    }
  }
}

/// A single window as large as the image.
private func wholeImage(_ image: ValueType, samples: Int) -> pk_pooling {
  let (height, width) = (image.shape[1], image.shape[2])
  return pk_pooling(
    planes: samples * image.shape[0], height: height, width: width, out_h: 1, out_w: 1,
    kernel_h: height, kernel_w: width, stride_h: height, stride_w: width, padding_top: 0,
    padding_left: 0, padding_bottom: 0, padding_right: 0, count_padding: 1)
}

extension GlobalAveragePool: CPUOperator {
  public func prepare(_ call: CPUCall) -> CPUPrepared {
    let pooling = wholeImage(call.inputs[0], samples: call.samples)
    return CPUPrepared { operands in
      { (run) throws(DeviceError) in
        withUnsafePointer(to: pooling) {
          pk_average_pool($0, run.floats(operands.inputs[0]), run.floats(operands.outputs[0]))
        }
      }
    }
  }
}

extension GlobalAveragePoolGradient: CPUOperator {
  public func prepare(_ call: CPUCall) -> CPUPrepared {
    let pooling = wholeImage(call.outputs[0], samples: call.samples)
    return CPUPrepared { operands in
      { (run) throws(DeviceError) in
        withUnsafePointer(to: pooling) {
          pk_average_pool_gradient(
            $0, run.floats(operands.inputs[0]), run.floats(operands.outputs[0]))
        }
      }
    }
  }
}
