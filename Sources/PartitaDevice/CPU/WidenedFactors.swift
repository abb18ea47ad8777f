internal import CKernels
internal import PartitaGraph

/// A product of bfloat16, computed by the float32 kernel from factors that are widened first.
///
/// A product of two bfloat16 is exact in float32, so the result is that of multiplying bfloat16 and
/// adding up in float32, on any processor. The widened factors are the kernel's scratch.
struct WidenedFactors {
  /// The call with float32 factors.
  let call: CPUCall
  /// The factors' places among the operands, their elements, and the first byte of each in the scratch.
  private let factors: [(operand: Int, count: Int, offset: Int)]
  private let bytes: Int

  /// Nil where no operand is bfloat16, or where the kernel takes them as they are.
  init?(_ op: some Operator, _ call: CPUCall) {
    let narrow = op.rounding.factors.filter { call.inputs[$0].element == .bfloat16 }
    guard !narrow.isEmpty, !op.hasNarrowKernel(call, narrow) else { return nil }
    var inputs = call.inputs
    var (factors, bytes): ([(Int, Int, Int)], Int) = ([], 0)
    for operand in narrow {
      inputs[operand] = ValueType(inputs[operand].shape, .float32, inputs[operand].batching)
      let count = call.count(inputs[operand])
      factors.append((operand, count, bytes))
      bytes += Place.aligned(4 * count)
    }
    self.call = CPUCall(
      name: call.name, layer: call.layer, inputs: inputs, outputs: call.outputs,
      samples: call.samples)
    self.factors = factors
    self.bytes = bytes
  }

  /// The float32 kernel behind the widening.
  func prepared(_ kernel: CPUPrepared) -> CPUPrepared {
    CPUPrepared(scratchBytes: bytes + kernel.scratchBytes) { operands in
      let scratch = operands.scratch
      var inputs = operands.inputs
      var widenings: [(source: Place, target: Place, count: Int)] = []
      for (operand, count, offset) in factors {
        let target = Place(scratch.region, scratch.offset + offset)
        widenings.append((inputs[operand], target, count))
        inputs[operand] = target
      }
      let all = widenings
      let product = kernel.bind(
        CPUOperands(
          inputs: inputs, outputs: operands.outputs,
          scratch: Place(scratch.region, scratch.offset + bytes)))
      return { (run) throws(DeviceError) in
        for (source, target, count) in all {
          pk_widen_bfloat16(run.halves(source), run.floats(target), count)
        }
        try product(run)
      }
    }
  }
}

/// An operator whose kernel can take all of its factors in bfloat16, as they are.
protocol NarrowOperator: CPUOperator {
  /// Whether it does, for these types.
  func takesNarrowFactors(_ call: CPUCall) -> Bool
}

extension NarrowOperator {
  func takesNarrowFactors(_ call: CPUCall) -> Bool { true }
}

extension Operator {
  /// Whether its kernel takes these factors.
  fileprivate func hasNarrowKernel(_ call: CPUCall, _ factors: [Int]) -> Bool {
    guard factors == rounding.factors, let narrow = self as? any NarrowOperator else {
      return false
    }
    return narrow.takesNarrowFactors(call)
  }
}
