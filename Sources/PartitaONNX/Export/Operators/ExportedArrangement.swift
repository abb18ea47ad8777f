internal import PartitaGraph

extension Reshape: ExportableOperator {
  // An extent of 0 is that of the operand's axis: the samples.
  func export(_ call: ExportCall, to writer: inout GraphWriter) -> [String] {
    [writer.add("Reshape", [call.input, writer.integers(call.extents(shape, samples: 0))])]
  }
}

extension Transpose: ExportableOperator {
  func export(_ call: ExportCall, to writer: inout GraphWriter) -> [String] {
    let samples = call.inputTypes[0].isPerSample ? [0] : []
    let order = samples + order.map { call.axis($0) }
    return [writer.add("Transpose", [call.input], ["perm": .integers(order)])]
  }
}

extension Slice: ExportableOperator {
  func export(_ call: ExportCall, to writer: inout GraphWriter) -> [String] {
    let bounds = [[start], [start + length], [call.axis(axis)]].map { writer.integers($0) }
    return [writer.add("Slice", [call.input] + bounds)]
  }
}

extension Pad: ExportableOperator {
  func export(_ call: ExportCall, to writer: inout GraphWriter) -> [String] {
    var ends = Array(repeating: 0, count: 2 * call.rank())
    ends[call.axis(axis)] = before
    ends[call.rank() + call.axis(axis)] = after
    return [writer.add("Pad", [call.input, writer.integers(ends)])]
  }
}

extension Broadcast: ExportableOperator {
  func export(_ call: ExportCall, to writer: inout GraphWriter) -> [String] {
    var operand = call.input
    if !axes.isEmpty {
      operand = writer.add("Unsqueeze", [operand, writer.integers(axes.map { call.axis($0) })])
    }
    // An extent of 1 leaves the samples as they are.
    return [writer.add("Expand", [operand, writer.integers(call.extents(shape, samples: 1))])]
  }
}

extension Concatenate: ExportableOperator {
  func export(_ call: ExportCall, to writer: inout GraphWriter) -> [String] {
    let axis = axis + (call.outputTypes[0].isPerSample ? 1 : 0)
    guard call.inputTypes.contains(where: { $0.batching != call.outputTypes[0].batching }) else {
      return [writer.add("Concat", call.inputs, ["axis": .integer(axis)])]
    }
    // ONNX doesn't repeat a shared operand for each sample, but a sum of operands among zeros does.
    var (sum, start) = (String?.none, 0)
    let total = call.outputTypes[0].shape[self.axis]
    for (name, type) in zip(call.inputs, call.inputTypes) {
      let length = type.shape[self.axis]
      var ends = Array(repeating: 0, count: 2 * (type.shape.rank + (type.isPerSample ? 1 : 0)))
      let place = self.axis + (type.isPerSample ? 1 : 0)
      ends[place] = start
      ends[ends.count / 2 + place] = total - start - length
      let padded = writer.add("Pad", [name, writer.integers(ends)])
      sum = sum.map { writer.add("Add", [$0, padded]) } ?? padded
      start += length
    }
    return sum.map { [$0] } ?? []
  }
}
