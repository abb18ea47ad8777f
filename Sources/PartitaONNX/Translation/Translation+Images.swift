internal import PartitaGraph

/// Convolutions and pooling.
extension Translation {
  mutating func convolution(_ inferred: InferredNode) throws(NodeProblem) {
    let call = inferred.call
    try expectSamplesInFront(inferred)
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
      append(
        .reshape(Shape(Array(inferred.results[0].shape.dropFirst()))), inferred, reading: [layer])
    }
  }

  mutating func pool(_ inferred: InferredNode) throws(NodeProblem) {
    let call = inferred.call
    try expectSamplesInFront(inferred)
    let x = try call.type(0).shape
    guard x.count == 4 || x.count == 3 else {
      throw NodeProblem("it has \(x.count - 2) axes of space, and layers here have two")
    }
    let whole = RowsAndColumns(rows: x.count == 4 ? x[2] : 1, columns: x[x.count - 1])
    switch inferred.node.operation {
    case "GlobalMaxPool": try pooled(inferred, .maxPool(kernel: whole, stride: whole))
    case "GlobalAveragePool": try pooled(inferred, .averagePool(kernel: whole, stride: whole))
    default:
      guard inferred.node.outputs.count == 1 || inferred.node.outputs[1].isEmpty else {
        throw NodeProblem("it gives the places of its largest values, which no layer here does")
      }
      let windows = try Windows(call, over: Array(x.dropFirst(2)))
      guard windows.dilations.allSatisfy({ $0 == 1 }) else {
        throw NodeProblem("it has gaps in its windows")
      }
      let (kernel, stride) = (pair(windows.kernel, 1), pair(windows.strides, 1))
      let (padding, roundsUp) = (margins(windows), call.flag("ceil_mode"))
      if inferred.node.operation == "MaxPool" {
        try pooled(
          inferred,
          .maxPool(kernel: kernel, stride: stride, padding: padding, roundsUp: roundsUp))
      } else {
        try pooled(
          inferred,
          .averagePool(
            kernel: kernel, stride: stride, padding: padding, roundsUp: roundsUp,
            countsPadding: call.flag("count_include_pad")))
      }
    }
  }

  /// A pool of an image, or of a sequence as one row of an image.
  private mutating func pooled(
    _ inferred: InferredNode, _ kind: some LayerKind
  ) throws(NodeProblem) {
    let x = try inferred.call.type(0).shape
    guard x.count == 3 else {
      try append(kind, inferred)
      return
    }
    let row = append(
      .reshape([x[1], 1, x[2]]), inferred, reading: [try source(inferred)], suffix: "-row",
      result: nil)
    let pool = append(kind, inferred, reading: [row], suffix: "-pool", result: nil)
    append(.reshape(Shape(Array(inferred.results[0].shape.dropFirst()))), inferred, reading: [pool])
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
