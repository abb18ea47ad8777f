internal import PartitaGraph

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension Tensor {
  /// The innermost rows; where causal, of row i of a matrix only what it sees: columns 0...i.
  fileprivate func seenRows(isCausal: Bool) -> [ArraySlice<Double>] {
    guard shape.last > 0 else { return [] }
    return stride(from: 0, to: elements.count, by: shape.last).map { start in
      let row = start / shape.last % (isCausal ? shape[shape.rank - 2] : 1)
      return elements[start..<start + (isCausal ? min(row + 1, shape.last) : shape.last)]
    }
  }
}

/// The largest of a row, and Σ e^(xⱼ - largest) over the others.
private func sums(_ row: ArraySlice<Double>) -> (largest: Double, others: Double) {
  guard let place = row.indices.max(by: { row[$0] < row[$1] }) else { return (-.infinity, -1) }
  let others = row.indices.reduce(0) { $1 == place ? $0 : $0 + exp(row[$1] - row[place]) }
  return (row[place], others)
}

extension Softmax: ReferenceOperator {
  func evaluate(_ call: ReferenceCall) -> [Tensor] {
    var result = call.zeros()
    for row in call.inputs[0].seenRows(isCausal: isCausal) {
      let (largest, others) = sums(row)
      for i in row.indices { result.elements[i] = exp(row[i] - largest) / (1 + others) }
    }
    return [result]
  }
}

extension LogSumExp: ReferenceOperator {
  func evaluate(_ call: ReferenceCall) -> [Tensor] {
    let x = call.inputs[0]
    let rows = x.seenRows(isCausal: isCausal).map { row in
      let (largest, others) = sums(row)
      return largest + log1p(others)
    }
    return [Tensor(call.types[0].shape, samples: x.samples, rows)]
  }
}

extension SoftmaxSums: ReferenceOperator {
  func evaluate(_ call: ReferenceCall) -> [Tensor] {
    let x = call.inputs[0]
    let rows = x.seenRows(isCausal: isCausal).map(sums)
    return [rows.map(\.largest), rows.map(\.others)].map {
      Tensor(call.types[0].shape, samples: x.samples, $0)
    }
  }
}

extension CorrectCount: ReferenceOperator {
  func evaluate(_ call: ReferenceCall) -> [Tensor] {
    let rows = zip(call.inputs[0].seenRows(isCausal: false), call.inputs[1].elements)
    let right = rows.filter { row, label in
      let best = row.indices.reduce(row.startIndex) { row[$1] > row[$0] ? $1 : $0 }
      return Double(best - row.startIndex) == label
    }
    return [Tensor(Double(right.count))]
  }
}
