internal import PartitaKeys

/// A node that works on data, with all its shapes.
struct InferredNode: Sendable {
  /// The node with what it reads.
  let call: NodeCall
  /// The types of its results, one for each of the node's outputs.
  let results: [TensorType]
  /// Floating-point operations.
  let operations: Int

  var node: ONNXNode { call.node }
}

/// A network whose shapes are all known, at one size of its inputs.
///
/// What doesn't depend on the data is computed and gone: shapes as values, constants and what is made
/// of them. So is what no output of the network is made of.
public struct InferredNetwork: Sendable {
  /// What it is given.
  public let inputs: [(name: String, type: TensorType)]
  /// What it gives.
  public let outputs: [(name: String, type: TensorType)]
  /// The nodes, each behind those that it reads.
  let nodes: [InferredNode]
  /// What is known of every value.
  let values: [String: KnownValue]

  /// Follows the shapes through a graph.
  ///
  /// Complexity: O(nodes + elements of the constants that shapes are made of).
  /// - Parameters:
  ///   - graph: the network.
  ///   - inputs: the shape of each input, by its name.
  /// - Throws: `ONNXError.node` with the first node that can't be understood, and why.
  init(_ graph: ONNXGraph, inputs: [(name: String, type: TensorType)]) throws(ONNXError) {
    var values = graph.constants.mapValues { KnownValue($0) }
    for input in inputs { values[input.name] = KnownValue(input.type) }
    var nodes: [InferredNode] = []
    for node in graph.nodes {
      let call = NodeCall(
        node: node, opset: graph.opset, inputs: node.inputs.map { $0.isEmpty ? nil : values[$0] })
      do {
        if let constants = try call.folded() {
          for (name, constant) in zip(node.outputs, constants) {
            values[name] = KnownValue(constant)
          }
          continue
        }
        let inferred = try call.inferred()
        for (name, type) in zip(node.outputs, inferred.results) { values[name] = KnownValue(type) }
        nodes.append(inferred)
      } catch {
        throw .node(name: node.name, operation: node.operation, problem: error.words)
      }
    }
    var wanted = Set(graph.outputs.map(\.name))
    var kept: [InferredNode] = []
    for node in nodes.reversed() where !wanted.isDisjoint(with: node.node.outputs) {
      wanted.formUnion(node.node.inputs)
      kept.append(node)
    }
    var outputs: [(name: String, type: TensorType)] = []
    for output in graph.outputs {
      guard let value = values[output.name] else {
        throw .malformed("nothing makes the output '\(output.name.shortened())'")
      }
      outputs.append((output.name, value.type))
    }
    self.nodes = kept.reversed()
    self.values = values
    self.inputs = inputs
    self.outputs = outputs
    guard !nodes.isEmpty else {
      throw .malformed("the network has no node that works on data: its outputs are constants")
    }
  }
}

extension NodeCall {
  /// The rule of the operator.
  /// - Throws: `NodeProblem` for one that isn't known, with what would fit.
  private func rule() throws(NodeProblem) -> OperatorRule {
    guard node.domain.isEmpty else {
      throw NodeProblem(
        "it is an operator of '\(node.domain)', and those of ONNX itself are known: export without "
          + "operators of one runtime")
    }
    if let reason = OperatorRule.refused[node.operation] { throw NodeProblem(reason) }
    if node.attributes.values.contains(.graph) {
      throw NodeProblem(
        "it holds a graph of its own, as control flow does, and that isn't imported")
    }
    guard let rule = OperatorRule.all[node.operation] else {
      let nearest = nearestName(to: node.operation, in: OperatorRule.all.keys.sorted())
      throw NodeProblem(
        "this operator isn't known" + (nearest.map { "; the nearest that is is \($0)" } ?? ""))
    }
    return rule
  }

  /// The results, where they don't depend on the data and are computed here.
  fileprivate func folded() throws(NodeProblem) -> [ConstantTensor]? {
    let rule = try rule()
    guard let folding = rule.folding,
      rule.needsShapesAlone || inputs.allSatisfy({ $0.map { $0.constant != nil } ?? true })
    else { return nil }
    let types = try rule.types(self)
    let isSmall = types.allSatisfy { $0.count <= ConstantTensor.mostFolded }
    guard isSmall || ["Constant", "ConstantOfShape", "Identity"].contains(node.operation) else {
      throw NodeProblem(
        "it makes a constant of more than \(ConstantTensor.mostFolded) elements: store it in the model"
      )
    }
    return try folding(self, types)
  }

  /// The node with its shapes.
  fileprivate func inferred() throws(NodeProblem) -> InferredNode {
    let rule = try rule()
    for (place, name) in node.inputs.enumerated() where !name.isEmpty && inputs[place] == nil {
      throw NodeProblem("nothing is known of its input '\(name)'")
    }
    let types = try rule.types(self)
    if types.contains(where: { $0.count == .max }) {
      throw NodeProblem("its result has more elements than can be counted")
    }
    guard node.outputs.count <= types.count else {
      throw NodeProblem("it has \(node.outputs.count) outputs, and \(types.count) are known")
    }
    let operations = try rule.operations(self, types)
    return InferredNode(
      call: self, results: Array(types.prefix(node.outputs.count)), operations: operations)
  }
}
