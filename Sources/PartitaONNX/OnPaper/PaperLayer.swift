internal import PartitaGraph

/// A layer of which only the costs are known.
struct PaperLayer: LayerKind {
  static let name = "on-paper"

  /// A weight of it.
  struct Weight: Hashable, Encodable {
    /// Its name in the network; layers that read the same share it.
    let name: String
    /// The number of its elements.
    let elements: Int
  }

  /// What it computes, as the file calls it.
  let operation: String
  /// Numbers that it makes of a sample.
  let elements: Int
  /// Floating-point operations of a sample.
  let operations: Int
  /// Its weights.
  let weights: [Weight]

  func build(
    _ name: String, on inputs: [ValueID], in network: inout NetworkBuilder
  ) throws(GraphError) -> ValueID {
    var operands = inputs
    for weight in weights where weight.elements > 0 {
      if let shared = network.graph.variable(named: weight.name) {
        operands.append(shared)
      } else {
        operands.append(
          try network.parameter(weight.name, [weight.elements], .constant(0)))
      }
    }
    let op = PaperOperator(
      name: operation, elements: max(elements, 1), operations: operations,
      kept: Self.kept[operation] ?? .operands,
      isProduct: weights.isEmpty && inputs.count > 1 && Self.products.contains(operation))
    return try network.graph.appendAll(op, operands)[0]
  }

  private static let products: Set = ["MatMul", "Gemm", "Einsum", "Conv"]

  /// What each operator's gradients read; its operands where nothing is said.
  private static let kept: [String: PaperOperator.Kept] = {
    var kept: [String: PaperOperator.Kept] = [:]
    for name in [
      "Add", "Sub", "Sum", "Mean", "Neg", "Identity", "Cast", "Reshape", "Flatten", "Squeeze",
      "Unsqueeze", "Transpose", "Expand", "Slice", "Split", "Concat", "Pad", "Tile", "Gather",
      "ReduceSum", "ReduceMean", "AveragePool", "GlobalAveragePool", "Resize", "Upsample",
      "DepthToSpace", "SpaceToDepth", "Dropout", PaperJoin.operation,
    ] { kept[name] = .nothing }
    for name in [
      "Relu", "LeakyRelu", "Sigmoid", "Tanh", "Softmax", "LogSoftmax", "Exp", "Sqrt", "Reciprocal",
    ] { kept[name] = .result }
    return kept
  }()
}

/// The same of several layers.
struct PaperJoin: LayerKind {
  static let name = "on-paper-of-several"
  static var readsSeveral: Bool { true }

  /// What brings several outputs of a network together.
  static let operation = "outputs"

  let layer: PaperLayer

  func build(
    _ name: String, on inputs: [ValueID], in network: inout NetworkBuilder
  ) throws(GraphError) -> ValueID {
    try layer.build(name, on: inputs, in: &network)
  }
}
