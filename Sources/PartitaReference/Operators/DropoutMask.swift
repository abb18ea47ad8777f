internal import PartitaGraph

extension DropoutMask: ReferenceOperator {
  /// Spells out the law of `RandomStream` number by number; devices draw whole blocks.
  func evaluate(_ call: ReferenceCall) -> [Tensor] {
    let step = UInt32(call.inputs[1].elements[0])
    let elements = call.inputs[0].elements.flatMap { sample in
      (0..<shape.count).map { element in
        number(element, sample: UInt64(sample), step: step) >= rate ? 1 / (1 - rate) : 0
      }
    }
    return [Tensor(shape, samples: call.samples, elements)]
  }

  private func number(_ element: Int, sample: UInt64, step: UInt32) -> Double {
    let words = Philox4x32.block(
      counter: SIMD4(
        UInt32(element / 4), UInt32(truncatingIfNeeded: sample), UInt32(sample >> 32), step),
      key: SIMD2(UInt32(truncatingIfNeeded: key), UInt32(key >> 32)))
    return Double(words[element % 4] >> 8) * 0x1p-24
  }
}
