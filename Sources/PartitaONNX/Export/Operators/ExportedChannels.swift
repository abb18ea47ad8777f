internal import PartitaGraph

extension BatchNormPrediction: ExportableOperator {
  // Operands in ONNX's order: x, scale, shift, mean, variance.
  func export(_ call: ExportCall, to writer: inout GraphWriter) -> [String] {
    [writer.add("BatchNormalization", call.inputs, ["epsilon": .number(epsilon)])]
  }
}

extension GlobalAveragePool: ExportableOperator {
  // ONNX keeps rows and columns, of one cell.
  func export(_ call: ExportCall, to writer: inout GraphWriter) -> [String] {
    let mean = writer.add("GlobalAveragePool", [call.input])
    return [writer.add("Flatten", [mean], ["axis": .integer(1)])]
  }
}
