internal import PartitaGraph

/// An operator that ONNX has words for: one node of ONNX's, or a few.
///
/// An operator that isn't one is written as what it decomposes into.
protocol ExportableOperator: Operator {
  /// Appends the nodes.
  ///
  /// - Parameters:
  ///   - call: what the operator reads and makes.
  ///   - writer: where nodes go.
  /// - Returns: the names of the results, in their order; auxiliary ones at the end may be missing.
  func export(_ call: ExportCall, to writer: inout GraphWriter) -> [String]
}

/// What an operator is written for.
///
/// In ONNX a per-sample value has the samples as its first axis; a shared one has not.
struct ExportCall {
  /// The names of the operands.
  let inputs: [String]
  /// The types of the operands.
  let inputTypes: [ValueType]
  /// The types of the results.
  let outputTypes: [ValueType]

  /// The only operand, or the first one.
  var input: String { inputs[0] }

  /// The number that ONNX gives to an axis of an operand's entry.
  func axis(_ axis: Int, of operand: Int = 0) -> Int {
    axis + (inputTypes[operand].isPerSample ? 1 : 0)
  }

  /// The axes of an operand in ONNX.
  func rank(of operand: Int = 0) -> Int { axis(inputTypes[operand].shape.rank, of: operand) }

  /// A shape for the first result as ONNX wants it, where `samples` stands for the extent of samples.
  func extents(_ shape: Shape, samples: Int) -> [Int] {
    (outputTypes[0].isPerSample ? [samples] : []) + shape.extents
  }
}
