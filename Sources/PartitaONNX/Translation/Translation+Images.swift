internal import PartitaGraph

/// Convolutions, pooling and norms.
extension Translation {
  mutating func convolution(_ inferred: InferredNode) throws(NodeProblem) {
    let call = inferred.call
    var (x, kernels) = (try call.type(0).shape, try call.constant(1).shape)
    guard x.count == 4 || x.count == 3 else {
      throw NodeProblem("it has \(x.count - 2) axes of space, and layers here have two")
    }
    let windows = try Windows(
      call, kernel: Array(kernels.dropFirst(2)), over: Array(x.dropFirst(2)))
    var read = try source(inferred, 0)
    // A sequence is an image of one row.
    let isSequence = x.count == 3
    if isSequence {
      read = append(
        .reshape(Shape([x[1], 1, x[2]])), inferred, reading: [read], suffix: "-row", result: nil)
      (x, kernels) = ([x[0], x[1], 1, x[2]], [kernels[0], kernels[1], 1, kernels[2]])
    }
    let layer = append(
      .convolution(
        channels: kernels[0], kernel: RowsAndColumns(rows: kernels[2], columns: kernels[3]),
        stride: pair(windows.strides, 1), padding: margins(windows),
        dilation: pair(windows.dilations, 1), groups: call.integer("group") ?? 1,
        bias: call.optional(2) != nil),
      inferred, reading: [read], suffix: isSequence ? "-conv" : "")
    try weight("weight", of: layer, inferred, 1, shape: kernels)
    if call.optional(2) != nil { try weight("bias", of: layer, inferred, 2) }
    if isSequence {
      append(.reshape(Shape(inferred.sampleShape())), inferred, reading: [layer])
    }
  }

  mutating func pool(_ inferred: InferredNode) throws(NodeProblem) {
    let call = inferred.call
    let x = try call.type(0).shape
    guard x.count == 4 else {
      throw NodeProblem("it has \(x.count - 2) axes of space, and layers here have two")
    }
    let whole = RowsAndColumns(rows: x[2], columns: x[3])
    switch inferred.node.operation {
    case "GlobalMaxPool": try append(.maxPool(kernel: whole, stride: whole), inferred)
    case "GlobalAveragePool": try append(.averagePool(kernel: whole, stride: whole), inferred)
    default:
      guard inferred.node.outputs.count == 1 || inferred.node.outputs[1].isEmpty else {
        throw NodeProblem("it gives the places of its largest values, which no layer here does")
      }
      let windows = try Windows(call, over: Array(x.dropFirst(2)))
      guard windows.dilations == [1, 1] else { throw NodeProblem("it has gaps in its windows") }
      let (kernel, stride) = (pair(windows.kernel, 1), pair(windows.strides, 1))
      let (padding, roundsUp) = (margins(windows), call.flag("ceil_mode"))
      if inferred.node.operation == "MaxPool" {
        try append(
          .maxPool(kernel: kernel, stride: stride, padding: padding, roundsUp: roundsUp), inferred)
      } else {
        try append(
          .averagePool(
            kernel: kernel, stride: stride, padding: padding, roundsUp: roundsUp,
            countsPadding: call.flag("count_include_pad")), inferred)
      }
    }
  }

  /// The mean over all of space.
  mutating func mean(_ inferred: InferredNode) throws(NodeProblem) {
    let x = try inferred.call.type(0).shape
    guard x.count == 4, try OperatorRule.reducedAxes(inferred.call) == [2, 3] else {
      throw NodeProblem("layers here take the mean over rows and columns of an image alone")
    }
    let whole = RowsAndColumns(rows: x[2], columns: x[3])
    guard inferred.results[0].shape.count == 2 else {
      try append(.averagePool(kernel: whole, stride: whole), inferred)
      return
    }
    let pooled = append(
      .averagePool(kernel: whole, stride: whole), inferred, reading: [try source(inferred, 0)],
      suffix: "-pool", result: nil)
    append(.reshape([x[1]]), inferred, reading: [pooled])
  }

  mutating func batchNorm(_ inferred: InferredNode) throws(NodeProblem) {
    let call = inferred.call
    guard inferred.node.outputs.dropFirst().allSatisfy(\.isEmpty) else {
      throw NodeProblem("it was exported in training mode: export the network for inference")
    }
    let layer = try append(
      .batchNorm(
        epsilon: call.number("epsilon") ?? 1e-5, momentum: 1 - (call.number("momentum") ?? 0.9)),
      inferred)
    for (place, name) in [(1, "weight"), (2, "bias"), (3, "running_mean"), (4, "running_var")] {
      try weight(name, of: layer, inferred, place)
    }
  }

  mutating func layerNorm(_ inferred: InferredNode) throws(NodeProblem) {
    let call = inferred.call
    let rank = try call.type(0).shape.count
    guard try call.axis(call.integer("axis") ?? -1, of: rank) == rank - 1 else {
      throw NodeProblem("it norms several axes at once, and the layer here norms the last")
    }
    let layer = try append(.layerNorm(epsilon: call.number("epsilon") ?? 1e-5), inferred)
    try weight("weight", of: layer, inferred, 1)
    if call.optional(2) != nil {
      try weight("bias", of: layer, inferred, 2)
    } else {
      let width = try call.constant(1).count
      weight("bias", of: layer, shape: [width]) { Array(repeating: 0, count: width) }
    }
  }

  /// Two numbers of one axis of space or of two.
  private func pair(_ numbers: [Int], _ missing: Int) -> RowsAndColumns {
    numbers.count == 2
      ? RowsAndColumns(rows: numbers[0], columns: numbers[1])
      : RowsAndColumns(rows: missing, columns: numbers[0])
  }

  private func margins(_ windows: Windows) -> Margins {
    let (before, behind) = (windows.before, windows.behind)
    return before.count == 2
      ? Margins(top: before[0], left: before[1], bottom: behind[0], right: behind[1])
      : Margins(top: 0, left: before[0], bottom: 0, right: behind[0])
  }
}
