internal import PartitaGraph

extension LayerNorm: ExportableOperator {
  // Mean and deviation are for the gradient.
  func export(_ call: ExportCall, to writer: inout GraphWriter) -> [String] {
    [
      writer.add(
        "LayerNormalization", call.inputs,
        ["axis": .integer(-1), "epsilon": .number(epsilon)])
    ]
  }
}

extension Softmax: ExportableOperator {
  func export(_ call: ExportCall, to writer: inout GraphWriter) -> [String] {
    var scores = call.input
    if isCausal {
      let shape = call.inputTypes[0].shape
      let (rows, columns) = (shape[shape.rank - 2], shape.last)
      // Added to a score, -∞ leaves a probability of 0; column 0 is always seen.
      let mask = (0..<rows).flatMap { row in
        (0..<columns).map { $0 <= row ? 0 : -Double.infinity }
      }
      scores = writer.add(
        "Add",
        [
          scores,
          writer.constant(
            named: "causal_mask_\(rows)_\(columns)",
            ConstantTensor(.float32, [rows, columns], .numbers(mask))),
        ])
    }
    return [writer.add("Softmax", [scores], ["axis": .integer(-1)])]
  }
}

extension Sum: ExportableOperator {
  func export(_ call: ExportCall, to writer: inout GraphWriter) -> [String] {
    // Without axes ONNX would sum over all.
    guard !axes.isEmpty else { return [writer.add("Identity", [call.input])] }
    let places = writer.integers(axes.map { call.axis($0) })
    return [writer.add("ReduceSum", [call.input, places], ["keepdims": .integer(0)])]
  }
}

extension Mean: ExportableOperator {
  func export(_ call: ExportCall, to writer: inout GraphWriter) -> [String] {
    guard !axes.isEmpty else { return [writer.add("Identity", [call.input])] }
    return [
      writer.add(
        "ReduceMean", [call.input],
        ["axes": .integers(axes.map { call.axis($0) }), "keepdims": .integer(0)])
    ]
  }
}

extension LogSoftmax: ExportableOperator {
  func export(_ call: ExportCall, to writer: inout GraphWriter) -> [String] {
    [writer.add("LogSoftmax", [call.input], ["axis": .integer(-1)])]
  }
}
