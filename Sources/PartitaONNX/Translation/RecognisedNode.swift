/// What exporters write out, as the one operator that it is.
///
/// Before versions 17 and 20 ONNX has no word for layer norm and GELU, so files spell them.
enum RecognisedNode {
  /// A norm without parameters: no operator of ONNX's.
  static let standardisation = "(standardisation)"
}

extension InferredNetwork {
  /// The nodes, those that spell an operator replaced by it, and without those nobody reads then.
  ///
  /// Complexity: O(nodes).
  func recognised() -> [InferredNode] {
    let patterns = Patterns(nodes)
    var parts: [InferredNode] = []
    for node in nodes {
      parts.append(
        patterns.norm(node) ?? patterns.gelu(node) ?? patterns.softplus(node) ?? node)
    }
    let norms = Patterns(parts)
    let found = parts.map { norms.layerNorm($0) ?? $0 }
    var wanted = Set(outputs.map(\.name))
    var kept: [InferredNode] = []
    for node in found.reversed() where !wanted.isDisjoint(with: node.node.outputs) {
      wanted.formUnion(node.node.inputs)
      kept.append(node)
    }
    return kept.reversed()
  }
}

/// Nodes by what they make and by who reads them.
struct Patterns {
  private var makers: [String: InferredNode] = [:]
  private var readers: [String: Int] = [:]

  init(_ nodes: [InferredNode]) {
    for node in nodes {
      for name in node.node.outputs { makers[name] = node }
      for name in node.node.inputs { readers[name, default: 0] += 1 }
    }
  }

  /// Whether one node alone reads what this one makes.
  func hasOneReader(_ node: InferredNode) -> Bool { readers[node.node.outputs[0]] == 1 }

  /// The node that makes an operand, where it is of one of these operators.
  func maker(_ node: InferredNode, _ operand: Int, _ operations: String...) -> InferredNode? {
    guard node.node.inputs.indices.contains(operand), let made = makers[node.node.inputs[operand]],
      operations.contains(made.node.operation)
    else { return nil }
    return made
  }

  /// The number among a node's two operands, and which the other one is.
  func number(_ node: InferredNode) -> (value: Double, other: Int)? {
    for operand in [0, 1] where node.node.inputs.count == 2 {
      if let value = node.call.optional(operand)?.constant?.single { return (value, 1 - operand) }
    }
    return nil
  }
}

extension InferredNode {
  /// Another operator that makes what this node makes.
  ///
  /// - Parameters:
  ///   - operation: the operator.
  ///   - operands: what it reads, each as a node that reads it and which of its operands that is.
  ///   - attributes: the operator's attributes.
  func replaced(
    by operation: String, reading operands: [(reader: InferredNode, operand: Int)],
    attributes: [String: AttributeValue] = [:]
  ) -> InferredNode {
    let made = ONNXNode(
      name: node.name, operation: operation, domain: "",
      inputs: operands.map { $0.reader.node.inputs[$0.operand] }, outputs: node.outputs,
      attributes: attributes)
    let call = NodeCall(
      node: made, opset: call.opset, inputs: operands.map { $0.reader.call.optional($0.operand) })
    return InferredNode(call: call, results: results, operations: operations)
  }
}
