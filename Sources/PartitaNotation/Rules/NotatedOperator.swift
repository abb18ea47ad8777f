internal import PartitaGraph

/// An operator that is written in signs, not by its name and operands.
protocol NotatedOperator: Operator {
  /// The expression of the first result; nil where these operands have none.
  func expression(_ operands: Operands) -> Expression?
}

/// The operands of a node, as expressions.
struct Operands {
  /// The node.
  let node: Node
  /// The graph.
  let graph: Graph
  /// Whether samples are an axis.
  let isBatch: Bool
  /// λ, where the objective has one.
  let weightDecay: Double?
  /// How values are written.
  let write: (ValueID) -> Expression

  /// An operand.
  subscript(index: Int) -> Expression { write(node.inputs[index]) }

  /// All operands.
  var all: [Expression] { node.inputs.map(write) }

  /// An operand's type.
  func type(_ index: Int) -> ValueType { graph.type(of: node.inputs[index]) }

  /// The axes of an operand as it is written.
  func rank(_ index: Int) -> Int {
    type(index).shape.rank + (isBatch && type(index).isPerSample ? 1 : 0)
  }

  /// An operand that is a number.
  func number(_ index: Int) -> Coefficient? {
    if case .number(let number) = self[index] { number } else { nil }
  }

  /// What an operand was made of, where an operator of this kind made it.
  func source<Kind: Operator>(of index: Int, _ kind: Kind.Type) -> (op: Kind, input: Expression)? {
    guard let producer = graph[node.inputs[index]].producer,
      let op = graph.nodes[producer].op as? Kind
    else { return nil }
    return (op, write(graph.nodes[producer].inputs[0]))
  }

  /// Whether arrays broadcast as written, as they do entry by entry.
  var broadcast: Bool {
    let ranks = node.inputs.indices.map { type($0).shape.rank }
    let highest = ranks.max() ?? 0
    return !isBatch
      || node.inputs.indices.allSatisfy { ranks[$0] == highest || !type($0).isPerSample }
  }
}

extension Expression {
  /// A number times this, without a one.
  func scaled(by number: Coefficient) -> Expression {
    if number.value == 1 { return self }
    if case .scaled(let inner, let term) = self { return .scaled(number.times(inner), term) }
    if case .number(let inner) = self { return .number(number.times(inner)) }
    return .scaled(number, self)
  }

  /// A sum whose sums are part of it.
  static func added(_ terms: [Expression]) -> Expression {
    let flat = terms.flatMap { term in
      if case .sum(let inner) = term { inner } else { [term] }
    }
    return flat.count == 1 ? flat[0] : .sum(flat)
  }
}
