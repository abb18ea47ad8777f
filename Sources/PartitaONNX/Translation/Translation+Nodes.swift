internal import PartitaGraph

extension Translation {
  /// Appends the layers of one node.
  /// - Throws: `NodeProblem` for a node that has none here.
  mutating func translate(_ inferred: InferredNode) throws(NodeProblem) {
    let call = inferred.call
    switch inferred.node.operation {
    case "Conv": try convolution(inferred)
    case "MaxPool", "AveragePool", "GlobalMaxPool", "GlobalAveragePool": try pool(inferred)
    case "ReduceMean", "ReduceSum": try mean(inferred)
    case "ReduceMax": try largest(inferred)
    case "BatchNormalization": try batchNorm(inferred)
    case "LayerNormalization": try layerNorm(inferred)
    case RecognisedNode.standardisation: try standardisation(inferred)
    case "InstanceNormalization", "GroupNormalization": try groupNorm(inferred)
    case "Gemm": try gemm(inferred)
    case "MatMul": try matrixProduct(inferred)
    case "Add", "Sub", "Mul", "Div", "Sum", "Pow": try arithmetic(inferred)
    case "Concat": try concatenation(inferred)
    case "Split": try split(inferred)
    case "Slice": try slice(inferred)
    case "Gather": try gather(inferred)
    case "Transpose": try transpose(inferred)
    case "Expand": try expand(inferred)
    case "Pad": try pad(inferred)
    case "Reshape", "Flatten", "Squeeze", "Unsqueeze": try reshape(inferred)
    case "Identity": try alias(inferred)
    case "Cast", "CastLike":
      guard try call.type(0).element.isFloating, inferred.results[0].element.isFloating else {
        throw NodeProblem("it makes other numbers than real ones, which no layer here reads")
      }
      try alias(inferred)
    case "Dropout":
      let ratio = call.optional(1)?.constant?.single ?? call.number("ratio") ?? 0.5
      if ratio == 0 { try alias(inferred) } else { try append(.dropout(rate: ratio), inferred) }
    case "Softmax": try softmax(inferred) { .softmax(axis: $0) }
    case "LogSoftmax": try softmax(inferred) { .logSoftmax(axis: $0) }
    default: try activation(inferred)
    }
  }

  /// The axes of the file that a softmax takes together.
  ///
  /// Before version 13 all from the given one on, later the given one.
  /// - Throws: `NodeProblem` for an axis that isn't there.
  func softmaxAxes(_ inferred: InferredNode) throws(NodeProblem) -> [Int] {
    let call = inferred.call
    let shape = try call.type(0).shape
    let axis = try call.axis(call.integer("axis") ?? (call.opset < 13 ? 1 : -1), of: shape.count)
    guard call.opset < 13 else { return [axis] }
    let together = (axis..<shape.count).filter { shape[$0] > 1 }
    return together.count > 1 ? Array(axis..<shape.count) : [together.first ?? axis]
  }

  private mutating func softmax(
    _ inferred: InferredNode, _ kind: (Int) -> some LayerKind
  ) throws(NodeProblem) {
    let (read, place) = (try source(inferred), try place(inferred))
    let axes = try softmaxAxes(inferred)
    let first = try place.sampleAxis(axes[0])
    guard axes.count > 1 else {
      append(kind(first), inferred, reading: [read], at: place)
      return
    }
    guard !axes.contains(place.axis) else {
      throw NodeProblem("it works along the axis of samples")
    }
    let own = place.sampleShape(of: inferred.results[0].shape)
    let rows = append(
      .reshape(Shape(own.prefix(first) + [Array(own.dropFirst(first)).elementCount])), inferred,
      reading: [read], suffix: "-rows", result: nil)
    let result = append(kind(first), inferred, reading: [rows], suffix: "-softmax", result: nil)
    append(.reshape(Shape(own)), inferred, reading: [result], at: place)
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
      switch call.text("approximate") ?? "none" {
      case "none": try append(.gelu, inferred)
      case "tanh": try append(TanhGELULayer(), inferred)
      case let way: throw NodeProblem("it approximates by '\(way)', which isn't known")
      }
    case "LeakyRelu": try append(.leakyReLU(slope: call.number("alpha") ?? 0.01), inferred)
    case "Elu": try append(.elu(alpha: call.number("alpha") ?? 1), inferred)
    case "Selu":
      // The constants of ONNX's operator (Klambauer et al., arXiv 1706.02515).
      let unit = append(
        .elu(alpha: call.number("alpha") ?? 1.6732632), inferred, reading: [try source(inferred)],
        suffix: "-elu", result: nil)
      append(
        .multiplyConstant(call.number("gamma") ?? 1.0507010), inferred, reading: [unit],
        at: try place(inferred))
    case "Celu":
      // α·ELU(x / α) with α = 1 inside.
      let alpha = call.number("alpha") ?? 1
      let share = append(
        .multiplyConstant(1 / alpha), inferred, reading: [try source(inferred)], suffix: "-share",
        result: nil)
      let unit = append(.elu(), inferred, reading: [share], suffix: "-elu", result: nil)
      append(.multiplyConstant(alpha), inferred, reading: [unit], at: try place(inferred))
    case "Abs": try append(MagnitudeLayer(), inferred)
    case "Neg": try append(.multiplyConstant(-1), inferred)
    case "Sqrt": try append(SquareRootLayer(), inferred)
    case "Reciprocal": try append(ReciprocalLayer(), inferred)
    case "Mish":
      let read = try source(inferred)
      let soft = append(.softplus, inferred, reading: [read], suffix: "-softplus", result: nil)
      let share = append(.tanh, inferred, reading: [soft], suffix: "-tanh", result: nil)
      append(.multiply, inferred, reading: [read, share], at: try place(inferred))
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
    case "Max", "Min": try bound(inferred)
    case "PRelu":
      let slopes = try ofSample(call.constant(1), inferred)
      let layer = try append(.prelu(shape: Shape(slopes.shape)), inferred)
      try weight("weight", of: layer, inferred, 1, shape: slopes.shape) { _ in slopes.floats }
    case let name:
      throw NodeProblem("there is no layer for \(name) here")
    }
  }

  /// The larger or the smaller of a value and a number.
  private mutating func bound(_ inferred: InferredNode) throws(NodeProblem) {
    let name = inferred.node.operation
    guard inferred.node.inputs.count == 2,
      let constant = [0, 1].first(where: { inferred.isConstant($0) }),
      let number = inferred.call.optional(constant)?.constant?.single,
      try inferred.call.type(1 - constant).shape == inferred.results[0].shape
    else { throw NodeProblem("there is no layer for \(name) of anything but a value and a number") }
    append(
      name == "Max" ? .clip(minimum: number) : .clip(maximum: number), inferred,
      reading: [try source(inferred, 1 - constant)], at: try place(inferred, 1 - constant))
  }

  /// What each sample meets of a constant that is spread over a node's operand.
  ///
  /// - Parameters:
  ///   - constant: the constant.
  ///   - inferred: the node.
  ///   - operand: which of its inputs has the samples.
  /// - Returns: the constant in the axes of a sample, one at least.
  /// - Throws: `NodeProblem` where it differs from sample to sample.
  func ofSample(
    _ constant: ConstantTensor, _ inferred: InferredNode, operand: Int = 0
  ) throws(NodeProblem) -> ConstantTensor {
    let rank = inferred.results[0].shape.count
    let place = try place(inferred, operand).aligned(
      from: inferred.call.type(operand).shape.count, to: rank)
    let own = try constant.ofSample(place, rank: rank, samples: samples)
    return own.shape.isEmpty ? own.with(shape: [1]) : own
  }
}
