internal import PartitaGraph

/// An operator that the oracle evaluates itself, because it is a primitive or plainer so.
protocol ReferenceOperator: Operator {
  /// The results for operands whose types the operator has accepted.
  func evaluate(_ call: ReferenceCall) throws(ReferenceError) -> [Tensor]
}

/// What an operator is evaluated on.
struct ReferenceCall {
  /// The numbers of the operands.
  let inputs: [Tensor]
  /// The types of the results.
  let types: [ValueType]
  /// The entries of a per-sample value.
  let samples: Int

  /// The number of entries of the first result: 1 where it is shared.
  var entries: Int { types[0].isPerSample ? samples : 1 }

  /// Zeros of the type of a result, to be added to.
  func zeros(_ output: Int = 0) -> Tensor { Tensor(types[output], samples: samples) }

  /// An index out of a tensor of numbers, checked.
  func index(_ number: Double, below count: Int, _ op: some Operator)
    throws(ReferenceError) -> Int
  {
    guard let index = Int(exactly: number), (0..<count).contains(index) else {
      throw .index(operator: op.name, number: number, count: count)
    }
    return index
  }
}
