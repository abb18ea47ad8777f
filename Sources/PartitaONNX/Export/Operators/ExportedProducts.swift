internal import PartitaGraph

extension Linear: ExportableOperator {
  func export(_ call: ExportCall, to writer: inout GraphWriter) -> [String] {
    guard call.rank() != 2 else {
      return [writer.add("Gemm", call.inputs, ["transB": .integer(1)])]
    }
    // Several rows a sample: Gemm takes matrices alone.
    let weight = writer.add("Transpose", [call.inputs[1]], ["perm": .integers([1, 0])])
    let product = writer.add("MatMul", [call.input, weight])
    return [call.inputs.count == 3 ? writer.add("Add", [product, call.inputs[2]]) : product]
  }
}

extension MatrixProduct: ExportableOperator {
  func export(_ call: ExportCall, to writer: inout GraphWriter) -> [String] {
    let sides = [transposesLeft, transposesRight].enumerated().map { operand, isTransposed in
      guard isTransposed else { return call.inputs[operand] }
      let rank = call.rank(of: operand)
      var order = Array(0..<rank)
      order.swapAt(rank - 1, rank - 2)
      return writer.add("Transpose", [call.inputs[operand]], ["perm": .integers(order)])
    }
    return [writer.add("MatMul", sides)]
  }
}

extension Embedding: ExportableOperator {
  func export(_ call: ExportCall, to writer: inout GraphWriter) -> [String] {
    [writer.add("Gather", [call.inputs[1], call.inputs[0]], ["axis": .integer(0)])]
  }
}

extension Bias: ExportableOperator {
  func export(_ call: ExportCall, to writer: inout GraphWriter) -> [String] {
    let rank = call.inputTypes[0].shape.rank
    guard axis == .first, rank > 1 else { return [writer.add("Add", call.inputs)] }
    let axes = writer.integers(Array(1..<rank))
    let spread = writer.add("Unsqueeze", [call.inputs[1], axes])
    return [writer.add("Add", [call.input, spread])]
  }
}
