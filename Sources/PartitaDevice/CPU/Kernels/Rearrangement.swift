internal import CKernels
public import PartitaGraph

/// A copy of an operand to its place in the result, each walked over with steps of its own.
private struct StridedCopy {
  let axes: StridedAxes
  let start, target: Int

  /// - Parameters:
  ///   - start: the operand's first element that is copied.
  ///   - target: the result's first element that is written.
  init(
    _ call: CPUCall, _ extents: [Int], from: [Int], start: Int = 0, to: [Int], target: Int = 0
  ) throws(DeviceError) {
    try call.expectFloats()
    axes = StridedAxes(extents, steps: [from, to])
    (self.start, self.target) = (start, target)
    try axes.check(call)
  }

  func run(_ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>) {
    pk_copy_strided(
      axes.rank, axes.extents, axes.steps[0], axes.steps[1], x + start, y + target)
  }

  func prepared() -> CPUPrepared {
    CPUPrepared { operands in
      { (run) throws(DeviceError) in
        self.run(run.floats(operands.inputs[0]), run.floats(operands.outputs[0]))
      }
    }
  }
}

extension CPUCall {
  /// The steps of a value of its own along its axes, samples in front.
  fileprivate func ownSteps(_ type: ValueType) -> [Int] { steps(of: type, in: type.shape) }
}

extension Transpose: CPUOperator {
  public func prepare(_ call: CPUCall) throws(DeviceError) -> CPUPrepared {
    let shape = call.inputs[0].shape.extents
    // The axis of samples, where there is one, stays outermost.
    let extents = call.inputs[0].isPerSample ? [call.samples] + shape : shape
    let order = call.inputs[0].isPerSample ? [0] + self.order.map { $0 + 1 } : self.order
    guard (1...4).contains(extents.count) else {
      let from = call.ownSteps(call.inputs[0])
      return try StridedCopy(
        call, call.extents(call.outputs[0]), from: [from[0]] + self.order.map { from[$0 + 1] },
        to: call.ownSteps(call.outputs[0])
      ).prepared()
    }
    let axes = order.map(Int32.init)
    return CPUPrepared { operands in
      { (run) throws(DeviceError) in
        _ = pk_permute(
          Int32(extents.count), extents, axes, run.floats(operands.inputs[0]),
          run.floats(operands.outputs[0]))
      }
    }
  }
}

extension Slice: CPUOperator {
  public func prepare(_ call: CPUCall) throws(DeviceError) -> CPUPrepared {
    let from = call.ownSteps(call.inputs[0])
    return try StridedCopy(
      call, call.extents(call.outputs[0]), from: from, start: start * from[axis + 1],
      to: call.ownSteps(call.outputs[0])
    ).prepared()
  }
}

extension Pad: CPUOperator {
  public func prepare(_ call: CPUCall) throws(DeviceError) -> CPUPrepared {
    let to = call.ownSteps(call.outputs[0])
    let copy = try StridedCopy(
      call, call.extents(call.inputs[0]), from: call.ownSteps(call.inputs[0]), to: to,
      target: before * to[axis + 1])
    let count = call.count(call.outputs[0])
    return CPUPrepared { operands in
      { (run) throws(DeviceError) in
        let y = run.floats(operands.outputs[0])
        y.update(repeating: 0, count: count)
        copy.run(run.floats(operands.inputs[0]), y)
      }
    }
  }
}

extension Concatenate: CPUOperator {
  public func prepare(_ call: CPUCall) throws(DeviceError) -> CPUPrepared {
    let to = call.ownSteps(call.outputs[0])
    let samples = call.extents(call.outputs[0]).prefix(1)
    var copies: [StridedCopy] = []
    var start = 0
    for input in call.inputs {
      copies.append(
        try StridedCopy(
          call, samples + input.shape.extents, from: call.ownSteps(input), to: to,
          target: start * to[axis + 1]))
      start += input.shape[axis]
    }
    let all = copies
    return CPUPrepared { operands in
      { (run) throws(DeviceError) in
        for index in all.indices {
          all[index].run(run.floats(operands.inputs[index]), run.floats(operands.outputs[0]))
        }
      }
    }
  }
}

extension Broadcast: CPUOperator {
  public func prepare(_ call: CPUCall) throws(DeviceError) -> CPUPrepared {
    let own = call.ownSteps(call.inputs[0])
    var from = [own[0]]
    var next = 1
    for axis in 0..<shape.rank {
      let isNew = axes.contains(axis)
      from.append(isNew ? 0 : own[next])
      if !isNew { next += 1 }
    }
    return try StridedCopy(
      call, call.extents(call.outputs[0]), from: from, to: call.ownSteps(call.outputs[0])
    ).prepared()
  }
}
