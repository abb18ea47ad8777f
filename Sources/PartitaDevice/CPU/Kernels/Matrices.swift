internal import CKernels
internal import COneDNN
public import PartitaGraph

extension MatrixProduct: CPUOperator {
  /// One product for each sample and outer entry, of one shape however many samples there are.
  public func prepare(_ call: CPUCall) throws(DeviceError) -> CPUPrepared {
    let (a, b) = (call.inputs[0], call.inputs[1])
    let (m, n) = (call.outputs[0].shape[a.shape.rank - 2], call.outputs[0].shape.last)
    let k = transposesLeft ? a.shape[a.shape.rank - 2] : a.shape.last
    var product = pd_product()
    (product.m, product.n, product.k) = (m, n, k)
    product.transpose_a = transposesLeft ? 1 : 0
    product.transpose_b = transposesRight ? 1 : 0
    (product.lda, product.ldb, product.ldc) = (
      max(a.shape.last, 1), max(b.shape.last, 1), max(n, 1)
    )
    (product.alpha, product.beta) = (1, 0)
    product.batch = call.outputs[0].shape.count / max(m * n, 1)
    (product.a_stride, product.b_stride, product.c_stride) = (m * k, k * n, m * n)
    let samples = call.outputs[0].isPerSample ? call.samples : 1
    let steps = [a, b, call.outputs[0]].map { $0.isPerSample ? $0.shape.count : 0 }
    return CPUPrepared { operands in
      { (run) throws(DeviceError) in
        for sample in 0..<samples {
          try OneDNN.check(
            withUnsafePointer(to: product) {
              pd_matrix_product(
                $0, run.floats(operands.inputs[0]) + sample * steps[0],
                run.floats(operands.inputs[1]) + sample * steps[1],
                run.floats(operands.outputs[0]) + sample * steps[2])
            }, call)
        }
      }
    }
  }
}

extension Sum: CPUOperator {
  public func prepare(_ call: CPUCall) throws(DeviceError) -> CPUPrepared {
    try call.expectFloats()
    let whole = call.extents(call.inputs[0])
    var (extents, isSummed): ([Int], [Int32]) = ([], [])
    for (axis, extent) in whole.enumerated() where extent != 1 {
      let summed: Int32 = axes.contains(axis - 1) ? 1 : 0
      if isSummed.last == summed, let last = extents.popLast() {
        extents.append(last * extent)
      } else {
        extents.append(extent)
        isSummed.append(summed)
      }
    }
    if extents.isEmpty { (extents, isSummed) = ([1], [0]) }
    guard extents.count <= Int(PK_MAX_AXES) else {
      throw .unsupported(operator: "\(self) over \(extents.count) axes", device: "CPU")
    }
    let (all, flags) = (extents, isSummed)
    return CPUPrepared { operands in
      { (run) throws(DeviceError) in
        pk_sum_axes(
          Int32(all.count), all, flags, run.floats(operands.inputs[0]),
          run.floats(operands.outputs[0]))
      }
    }
  }
}

extension Softmax: CPUOperator {
  public func prepare(_ call: CPUCall) -> CPUPrepared {
    guard isCausal else { return rows(call, pk_softmax) }
    let shape = call.inputs[0].shape
    let height = shape[shape.rank - 2]
    return rows(call) { x, rows, width, y in
      pk_causal_softmax(x, rows / height, height, width, y)
    }
  }
}

extension LogSoftmax: CPUOperator {
  public func prepare(_ call: CPUCall) -> CPUPrepared { rows(call, pk_log_softmax) }
}

extension SoftmaxGradient: CPUOperator {
  public func prepare(_ call: CPUCall) -> CPUPrepared { rowGradients(call, pk_softmax_gradient) }
}

extension LogSoftmaxGradient: CPUOperator {
  public func prepare(_ call: CPUCall) -> CPUPrepared {
    rowGradients(call, pk_log_softmax_gradient)
  }
}

/// A kernel over rows of the innermost axis.
private func rows(
  _ call: CPUCall,
  _ kernel: @escaping (UnsafePointer<Float>?, Int, Int, UnsafeMutablePointer<Float>?) -> Void
) -> CPUPrepared {
  let (rows, width) = (call.rows(call.inputs[0]), call.inputs[0].shape.last)
  return CPUPrepared { operands in
    { (run) throws(DeviceError) in
      kernel(run.floats(operands.inputs[0]), rows, width, run.floats(operands.outputs[0]))
    }
  }
}

/// A kernel over rows of a result and of its gradient.
private func rowGradients(
  _ call: CPUCall,
  _ kernel:
    @escaping (
      UnsafePointer<Float>?, UnsafePointer<Float>?, Int, Int, UnsafeMutablePointer<Float>?
    ) -> Void
) -> CPUPrepared {
  let (rows, width) = (call.rows(call.inputs[0]), call.inputs[0].shape.last)
  return CPUPrepared { operands in
    { (run) throws(DeviceError) in
      kernel(
        run.floats(operands.inputs[0]), run.floats(operands.inputs[1]), rows, width,
        run.floats(operands.outputs[0]))
    }
  }
}
