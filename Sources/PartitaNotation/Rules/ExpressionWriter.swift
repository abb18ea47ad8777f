internal import PartitaGraph

/// Writes values of a graph as expressions of shown ones: what isn't shown is written within.
struct ExpressionWriter {
  /// Which values are shown.
  let notation: NetworkNotation
  /// The graph, gradients included.
  let graph: Graph
  /// The samples of a batch.
  let samples: Int
  /// λ, where there is one.
  let weightDecay: Double?
  /// The gradients that have been written, by their values.
  var gradients: [ValueID: Expression] = [:]

  /// A value where another reads it.
  func reference(_ id: ValueID) -> Expression {
    if let symbol = notation[id] { return .value(id, symbol) }
    if let gradient = gradients[id] { return gradient }
    guard graph[id].producer == nil else { return definition(id) }
    if graph[id].role == .sampleWeight {
      return .number(notation.isBatch ? .one(over: samples) : Coefficient(1))
    }
    return .hidden(id)
  }

  /// What the node that makes a value computes; a variable is itself.
  func definition(_ id: ValueID) -> Expression {
    guard let producer = graph[id].producer else { return reference(id) }
    let node = graph.nodes[producer]
    let operands = Operands(
      node: node, graph: graph, isBatch: notation.isBatch, weightDecay: weightDecay,
      write: reference)
    if id == node.outputs[0], let op = node.op as? any NotatedOperator,
      let expression = op.expression(operands)
    {
      return expression
    }
    let word = node.op.notationWord
    return .call(
      Call(
        name: word == "l" ? word : (node.op as? Slice)?.notationName ?? node.op.name, op: node.op,
        output: node.outputs.firstIndex(of: id) ?? 0,
        arguments: operands.all, types: node.inputs.map { graph.type(of: $0) },
        printed: printed(node.inputs)))
  }

  /// The operands that are printed: of samples' numbers none, and in place of what an operator has
  /// kept for its gradient the values that it was made of.
  private func printed(_ inputs: [ValueID]) -> [Expression] {
    var seen: Set<ValueID> = []
    var printed: [Expression] = []
    func add(_ id: ValueID) {
      guard seen.insert(id).inserted else { return }
      if graph[id].producer != nil || notation.isShown(id) { printed.append(reference(id)) }
    }
    func isKept(_ id: ValueID) -> Bool {
      graph[id].producer.map { graph.nodes[$0].outputs[0] != id } ?? false
    }
    for id in inputs where !isKept(id) { add(id) }
    for id in inputs where isKept(id) {
      graph[id].producer.map {
        graph.nodes[$0].inputs.filter { !isKept($0) && !graph[$0].isParameter }.forEach(add)
      }
    }
    return printed
  }
}

extension Slice {
  /// The name with the places that are taken: parts of one array are told apart.
  fileprivate var notationName: String { "slice[\(start):\(start + length)]" }
}
