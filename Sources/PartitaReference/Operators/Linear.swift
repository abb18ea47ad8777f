internal import PartitaGraph

/// The three faces of y = x·Wᵀ: over all rows r, outputs o and inputs i, each term y[r, o] holds
/// x[r, i]·W[o, i]. Every face is the sum of the product of two of them into the third.
private func forEachTerm(
  rows: Int, weight: Shape, _ body: (_ y: Int, _ x: Int, _ w: Int) -> Void
) {
  let (outputs, inputs) = (weight[0], weight[1])
  for row in 0..<rows {
    for output in 0..<outputs {
      for input in 0..<inputs {
        body(row * outputs + output, row * inputs + input, output * inputs + input)
      }
    }
  }
}

extension Linear: ReferenceOperator {
  func evaluate(_ call: ReferenceCall) -> [Tensor] {
    let (x, w) = (call.inputs[0], call.inputs[1])
    var result = call.zeros()
    forEachTerm(rows: x.entries * x.shape.rows, weight: w.shape) { yi, xi, wi in
      result.elements[yi] += x.elements[xi] * w.elements[wi]
    }
    if call.inputs.count == 3 {
      let bias = call.inputs[2].elements
      for i in result.elements.indices { result.elements[i] += bias[i % bias.count] }
    }
    return [result]
  }
}

extension LinearInputGradient: ReferenceOperator {
  func evaluate(_ call: ReferenceCall) -> [Tensor] {
    let (dy, w) = (call.inputs[0], call.inputs[1])
    var result = call.zeros()
    forEachTerm(rows: dy.entries * dy.shape.rows, weight: w.shape) { yi, xi, wi in
      result.elements[xi] += dy.elements[yi] * w.elements[wi]
    }
    return [result]
  }
}

extension LinearWeightGradient: ReferenceOperator {
  func evaluate(_ call: ReferenceCall) -> [Tensor] {
    let (dy, x) = (call.inputs[0], call.inputs[1])
    var result = call.zeros()
    forEachTerm(rows: dy.entries * dy.shape.rows, weight: result.shape) { yi, xi, wi in
      result.elements[wi] += dy.elements[yi] * x.elements[xi]
    }
    return [result]
  }
}

extension MatrixProduct: ReferenceOperator {
  func evaluate(_ call: ReferenceCall) -> [Tensor] {
    let (a, b) = (call.inputs[0], call.inputs[1])
    var result = call.zeros()
    let (m, n) = (result.shape[result.shape.rank - 2], result.shape.last)
    let k = transposesLeft ? a.shape[a.shape.rank - 2] : a.shape.last
    for sample in 0..<call.entries {
      for matrix in 0..<result.shape.count / max(m * n, 1) {
        let aStart = a.start(ofSample: sample) + matrix * m * k
        let bStart = b.start(ofSample: sample) + matrix * k * n
        let start = result.start(ofSample: sample) + matrix * m * n
        for row in 0..<m {
          for column in 0..<n {
            for term in 0..<k {
              let left = transposesLeft ? term * m + row : row * k + term
              let right = transposesRight ? column * k + term : term * n + column
              result.elements[start + row * n + column] +=
                a.elements[aStart + left] * b.elements[bStart + right]
            }
          }
        }
      }
    }
    return [result]
  }
}
