internal import PartitaGraph

extension Translation {
  /// Appends the layers of one node.
  /// - Throws: `NodeProblem` for a node that has none here.
  mutating func translate(_ inferred: InferredNode) throws(NodeProblem) {
    let call = inferred.call
    switch inferred.node.operation {
    case "Conv": try convolution(inferred)
    case "MaxPool", "AveragePool", "GlobalMaxPool", "GlobalAveragePool": try pool(inferred)
    case "ReduceMean": try mean(inferred)
    case "BatchNormalization": try batchNorm(inferred)
    case "LayerNormalization": try layerNorm(inferred)
    case "Gemm": try gemm(inferred)
    case "MatMul": try matrixProduct(inferred)
    case "Add", "Sub", "Mul", "Div", "Sum", "Pow": try arithmetic(inferred)
    case "Concat", "Split", "Slice", "Transpose": try rearrange(inferred)
    case "Reshape", "Flatten", "Squeeze", "Unsqueeze":
      try append(.reshape(Shape(inferred.sampleShape())), inferred)
    case "Identity": try alias(inferred)
    case "Cast":
      guard try call.type(0).element.isFloating, inferred.results[0].element.isFloating else {
        throw NodeProblem("it makes other numbers than real ones, which no layer here reads")
      }
      try alias(inferred)
    case "Dropout":
      let ratio = call.optional(1)?.constant?.single ?? call.number("ratio") ?? 0.5
      if ratio == 0 { try alias(inferred) } else { try append(.dropout(rate: ratio), inferred) }
    case "Softmax": try append(.softmax(axis: try softmaxAxis(inferred) - 1), inferred)
    case "LogSoftmax": try append(.logSoftmax(axis: try softmaxAxis(inferred) - 1), inferred)
    default: try activation(inferred)
    }
  }

  /// The axis of a softmax, counted from the first.
  /// - Throws: `NodeProblem` for the old form over several axes at once, and for that of samples.
  func softmaxAxis(_ inferred: InferredNode) throws(NodeProblem) -> Int {
    let call = inferred.call
    let rank = try call.type(0).shape.count
    let axis = try call.axis(call.integer("axis") ?? (call.opset < 13 ? 1 : -1), of: rank)
    guard axis > 0, call.opset >= 13 || axis == rank - 1 else {
      throw NodeProblem("its axis \(axis) of \(rank) isn't one axis of a sample")
    }
    return axis
  }

  private mutating func activation(_ inferred: InferredNode) throws(NodeProblem) {
    let call = inferred.call
    switch inferred.node.operation {
    case "Relu": try append(.relu, inferred)
    case "Sigmoid": try append(.sigmoid, inferred)
    case "Tanh": try append(.tanh, inferred)
    case "Softplus": try append(.softplus, inferred)
    case "HardSwish": try append(.hardSwish, inferred)
    case "Gelu":
      guard (call.text("approximate") ?? "none") == "none" else {
        throw NodeProblem("it approximates by tanh, and the layer here doesn't")
      }
      try append(.gelu, inferred)
    case "LeakyRelu": try append(.leakyReLU(slope: call.number("alpha") ?? 0.01), inferred)
    case "Elu": try append(.elu(alpha: call.number("alpha") ?? 1), inferred)
    case "HardSigmoid":
      try append(
        .hardSigmoid(alpha: call.number("alpha") ?? 0.2, beta: call.number("beta") ?? 0.5), inferred
      )
    case "Clip":
      var bounds: [Double?] = [call.number("min"), call.number("max")]
      for (bound, place) in [(0, 1), (1, 2)] where call.optional(place) != nil {
        bounds[bound] = try call.constant(place).single
      }
      // Bounds at the end of what counts are none.
      let (minimum, maximum) = (
        bounds[0].flatMap { $0 > -3e38 ? $0 : nil }, bounds[1].flatMap { $0 < 3e38 ? $0 : nil }
      )
      guard minimum != nil || maximum != nil else { return try alias(inferred) }
      try append(.clip(minimum: minimum, maximum: maximum), inferred)
    case "PRelu":
      let shape = try Self.perSample(call.constant(1).shape, of: inferred)
      let layer = try append(.prelu(shape: Shape(shape)), inferred)
      try weight("weight", of: layer, inferred, 1, shape: shape)
    case let name:
      throw NodeProblem("there is no layer for \(name) here")
    }
  }

  /// The extents of a constant that is spread over samples, without that of samples.
  /// - Throws: `NodeProblem` where it differs from sample to sample.
  static func perSample(_ shape: [Int], of inferred: InferredNode) throws(NodeProblem) -> [Int] {
    let rank = inferred.results[0].shape.count
    guard shape.count == rank else { return shape.isEmpty ? [1] : shape }
    guard shape[0] == 1 else {
      throw NodeProblem("its constant \(shape) differs from sample to sample")
    }
    return Array(shape.dropFirst())
  }
}
