/// The inner product of two arrays, summed in Float64 over fixed blocks of 4,096 elements: a function of the
/// arrays alone. Within a block, eight sums take every eighth element.
func blockwiseDot(_ a: [Float], _ b: [Float]) -> Double {
  precondition(a.count == b.count)
  return a.withUnsafeBytes { a in
    b.withUnsafeBytes { b in
      var sum = 0.0
      for start in stride(from: 0, to: a.count / 4, by: blockLength) {
        let end = min(start + blockLength, a.count / 4)
        var (sums, index) = (SIMD8<Double>.zero, start)
        while index + 8 <= end {
          sums +=
            SIMD8<Double>(a.loadUnaligned(fromByteOffset: 4 * index, as: SIMD8<Float>.self))
            * SIMD8<Double>(b.loadUnaligned(fromByteOffset: 4 * index, as: SIMD8<Float>.self))
          index += 8
        }
        var block = sums.sum()
        while index < end {
          block +=
            Double(a.loadUnaligned(fromByteOffset: 4 * index, as: Float.self))
            * Double(b.loadUnaligned(fromByteOffset: 4 * index, as: Float.self))
          index += 1
        }
        sum += block
      }
      return sum
    }
  }
}

private let blockLength = 4096

/// y ← y + factor · x, each number rounded once.
func accumulate(_ factor: Double, _ x: [Float], into y: inout [Float]) {
  precondition(x.count == y.count)
  let x = x.span
  var y = y.mutableSpan
  for index in y.indices { y[index] = Float(Double(y[index]) + factor * Double(x[index])) }
}

/// y ← factor · y.
func multiply(_ y: inout [Float], by factor: Double) {
  var y = y.mutableSpan
  for index in y.indices { y[index] = Float(factor * Double(y[index])) }
}
