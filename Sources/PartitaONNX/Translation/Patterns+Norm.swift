extension Patterns {
  /// (x - mean) / √(mean((x - mean)²) + ε) along the last axes, where a node makes it; nil where not.
  func norm(_ node: InferredNode) -> InferredNode? {
    guard let (centred, deviation) = quotient(node), let x = difference(centred),
      let sum = root(deviation), let (epsilon, operand) = number(sum),
      let variance = maker(sum, operand, "ReduceMean"), let axis = lastAxes(variance),
      axis == lastAxes(x.mean), let square = maker(variance, 0, "Mul", "Pow"),
      isSquare(square, of: x.source)
    else { return nil }
    return node.replaced(
      by: RecognisedNode.standardisation, reading: [(centred, 0)],
      attributes: ["epsilon": .number(epsilon), "axis": .integer(axis)])
  }

  /// A norm that is scaled and shifted by a number for each element of a row, where a node makes it; nil
  /// where not.
  func layerNorm(_ node: InferredNode) -> InferredNode? {
    guard node.node.operation == "Add", let (scaled, shift) = joined(node, "Mul"),
      let (norm, scale) = joined(scaled, RecognisedNode.standardisation),
      let axis = norm.call.integer("axis")
    else { return nil }
    let rows = Array(node.results[0].shape.dropFirst(axis))
    func isOfRow(_ reader: InferredNode, _ operand: Int) -> Bool {
      reader.call.optional(operand)?.shape.drop { $0 == 1 }.elementsEqual(rows) ?? false
    }
    guard isOfRow(node, shift), isOfRow(scaled, scale) else { return nil }
    return node.replaced(
      by: "LayerNormalization", reading: [(norm, 0), (scaled, scale), (node, shift)],
      attributes: norm.node.attributes)
  }

  /// The node of this operator, read nowhere else, that a node joins to a constant, and which of its
  /// operands the constant is.
  private func joined(_ node: InferredNode, _ operation: String) -> (InferredNode, Int)? {
    for operand in [0, 1] where node.node.inputs.count == 2 && node.isConstant(1 - operand) {
      if let made = maker(node, operand, operation), hasOneReader(made) {
        return (made, 1 - operand)
      }
    }
    return nil
  }

  /// What is divided, and what by.
  private func quotient(_ node: InferredNode) -> (InferredNode, InferredNode)? {
    switch node.node.operation {
    case "Div":
      guard let centred = maker(node, 0, "Sub"), let root = maker(node, 1, "Sqrt", "Pow") else {
        return nil
      }
      return (centred, root)
    case "Mul":
      for operand in [0, 1] where node.node.inputs.count == 2 {
        guard let centred = maker(node, operand, "Sub") else { continue }
        if let inverse = maker(node, 1 - operand, "Reciprocal"),
          let root = maker(inverse, 0, "Sqrt", "Pow")
        {
          return (centred, root)
        }
      }
      return nil
    default: return nil
    }
  }

  /// The operand of a square root that adds a number to something.
  private func root(_ node: InferredNode) -> InferredNode? {
    if node.node.operation == "Pow" {
      guard node.call.optional(1)?.constant?.single == 0.5 else { return nil }
    }
    return maker(node, 0, "Add")
  }

  /// The value that its own mean is taken from.
  private func difference(_ node: InferredNode) -> (source: String, mean: InferredNode)? {
    guard let mean = maker(node, 1, "ReduceMean"), let source = mean.node.inputs.first,
      source == node.node.inputs[0]
    else { return nil }
    return (source, mean)
  }

  /// Whether a node makes (x - mean)² of this x.
  private func isSquare(_ node: InferredNode, of source: String) -> Bool {
    guard let centred = maker(node, 0, "Sub"), difference(centred)?.source == source else {
      return false
    }
    return node.node.operation == "Mul"
      ? node.node.inputs[0] == node.node.inputs[1] : node.call.optional(1)?.constant?.single == 2
  }

  /// The first of the axes of a mean that keeps its axes, where they are the last ones.
  private func lastAxes(_ node: InferredNode) -> Int? {
    guard let axes = try? OperatorRule.reducedAxes(node.call),
      let rank = try? node.call.type(0).shape.count, node.results[0].shape.count == rank,
      let first = axes.first, axes == Array(first..<rank)
    else { return nil }
    return first
  }
}
