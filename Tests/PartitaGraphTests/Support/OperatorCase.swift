import PartitaGraph
import Testing

/// One operator on operands that it takes, and the types that it then gives.
struct OperatorCase: Sendable, CustomTestStringConvertible {
  let op: any Operator
  let operands: [Operand]
  let gives: [ValueType]
  /// Whether the operator has a gradient where it has a slope.
  let isDifferentiable: Bool

  init(
    _ op: any Operator, _ operands: [Operand], gives: [ValueType], isDifferentiable: Bool = true
  ) {
    self.op = op
    self.operands = operands
    self.gives = gives
    self.isDifferentiable = isDifferentiable
  }

  var testDescription: String { "\(op) of \(operands.map(\.type))" }

  /// An operand: its type, what its numbers must be, and whether to differentiate by it.
  struct Operand: Sendable {
    let type: ValueType
    var kind = Numbers.Kind.any
    /// Auxiliary operands are caches of what the others determine: no gradient belongs to them.
    var isAuxiliary = false

    static func perSample(_ shape: Shape, _ kind: Numbers.Kind = .any) -> Operand {
      Operand(type: .perSample(shape), kind: kind)
    }

    static func shared(_ shape: Shape, _ kind: Numbers.Kind = .any) -> Operand {
      Operand(type: .shared(shape), kind: kind)
    }

    static func scalar(_ kind: Numbers.Kind = .any) -> Operand {
      Operand(type: .scalar, kind: kind)
    }

    static func indices(_ shape: Shape, below count: Int) -> Operand {
      Operand(type: .perSample(shape, .int32), kind: .indices(count))
    }

    static func auxiliary(_ shape: Shape) -> Operand {
      Operand(type: .perSample(shape), isAuxiliary: true)
    }

    static let step = Operand(type: .shared([], .int32), kind: .indices(9))

    var isTarget: Bool { !isAuxiliary && type.element != .int32 }
  }

  /// The operator, or its decomposition, in a graph of its own; nil without a decomposition.
  func trial(decomposed: Bool = false) throws -> (trial: Trial, outputs: [ValueID])? {
    var trial = Trial()
    var inputs: [ValueID] = []
    for operand in operands {
      inputs.append(
        try trial.variable(operand.type, operand.kind, isTarget: operand.isTarget))
    }
    let outputs =
      try decomposed
      ? op.decompose(inputs, in: &trial.graph) : trial.graph.appendAll(op, inputs)
    return outputs.map { (trial, $0) }
  }
}
