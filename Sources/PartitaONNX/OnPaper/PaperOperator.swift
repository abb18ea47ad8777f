internal import PartitaGraph

/// An operator of which only the costs are known: it can be planned and priced, and no device runs it.
///
/// It reads values with an entry for each sample, then weights; it makes one value of `elements`
/// numbers a sample.
struct PaperOperator: Operator {
  /// What backward must still have of a node's forward pass.
  enum Kept: Hashable {
    /// Nothing: sums, and what only moves elements.
    case nothing
    /// What it made, as functions whose derivative follows from their value.
    case result
    /// What it read.
    case operands
  }

  /// What it stands for, as `Resize`.
  let name: String
  /// Numbers that it makes of a sample.
  let elements: Int
  /// Floating-point operations of a sample.
  let operations: Int
  /// What its gradients read.
  let kept: Kept
  /// Whether the gradient of each operand takes as long as itself: products of two activations.
  let isProduct: Bool

  var isOnPaper: Bool { true }

  func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    [.perSample([elements])]
  }

  func gradients(of call: GradientCall, in graph: inout Graph) throws(GraphError) -> [ValueID?] {
    guard let upstream = call.upstreamOfFirst else { return call.inputs.map { _ in nil } }
    let activations = call.inputs.filter { graph.type(of: $0).isPerSample }
    let weights = call.inputs.filter { !graph.type(of: $0).isPerSample }
    let kept: [ValueID] =
      switch kept {
      case .nothing: []
      case .result: call.outputs
      case .operands: activations
      }
    var gradients: [ValueID?] = []
    for (operand, isNeeded) in zip(call.inputs, call.needs) {
      guard isNeeded else {
        gradients.append(nil)
        continue
      }
      let type = graph.type(of: operand)
      // A weight's gradient is of the operand and what comes from above; an activation's of the weights.
      let reads = type.isPerSample && !weights.isEmpty && self.kept == .operands ? weights : kept
      let share = type.isPerSample ? (isProduct ? 1 : activations.count) : max(weights.count, 1)
      let op = PaperGradient(
        name: "\(name)-gradient", result: type, operations: operations / max(share, 1))
      gradients.append(try graph.appendAll(op, [upstream] + reads)[0])
    }
    return gradients
  }

  func flops(inputs: [ValueType], outputs: [ValueType], samples: Int) -> Int {
    .saturatingProduct(operations, samples)
  }
}

/// The gradient of an operator on paper with respect to one of its operands.
struct PaperGradient: Operator {
  let name: String
  /// The operand's type.
  let result: ValueType
  /// Floating-point operations of a sample.
  let operations: Int

  var isOnPaper: Bool { true }

  func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] { [result] }

  func flops(inputs: [ValueType], outputs: [ValueType], samples: Int) -> Int {
    .saturatingProduct(operations, samples)
  }
}
