internal import PartitaGraph

extension ReLU: NotatedOperator {
  func expression(_ operands: Operands) -> Expression? { .applied(self, operands[0]) }
}

extension Sigmoid: NotatedOperator {
  func expression(_ operands: Operands) -> Expression? { .applied(self, operands[0]) }
}

extension Tanh: NotatedOperator {
  func expression(_ operands: Operands) -> Expression? { .applied(self, operands[0]) }
}

extension GELU: NotatedOperator {
  func expression(_ operands: Operands) -> Expression? { .applied(self, operands[0]) }
}

extension Pointwise: NotatedOperator {
  func expression(_ operands: Operands) -> Expression? { .applied(self, operands[0]) }
}

// The graph keeps what is cheapest, often the function's result; print shows φ'(z), at the operand.

extension ReLUGradient: NotatedOperator {
  func expression(_ operands: Operands) -> Expression? {
    operands.source(of: 0, ReLU.self).map { .elementwise(operands[1], .slope($0.op, $0.input)) }
  }
}

extension SigmoidGradient: NotatedOperator {
  func expression(_ operands: Operands) -> Expression? {
    operands.source(of: 0, Sigmoid.self).map { .elementwise(operands[1], .slope($0.op, $0.input)) }
  }
}

extension TanhGradient: NotatedOperator {
  func expression(_ operands: Operands) -> Expression? {
    operands.source(of: 0, Tanh.self).map { .elementwise(operands[1], .slope($0.op, $0.input)) }
  }
}

extension GELUGradient: NotatedOperator {
  func expression(_ operands: Operands) -> Expression? {
    .elementwise(operands[1], .slope(GELU(), operands[0]))
  }
}

extension PointwiseGradient: NotatedOperator {
  func expression(_ operands: Operands) -> Expression? {
    .elementwise(operands[1], .slope(Pointwise(function), operands[0]))
  }
}

extension Add: NotatedOperator {
  func expression(_ operands: Operands) -> Expression? {
    operands.broadcast ? .added(operands.all) : nil
  }
}

extension Multiply: NotatedOperator {
  func expression(_ operands: Operands) -> Expression? {
    operands.broadcast ? .elementwise(operands[0], operands[1]) : nil
  }
}

extension Scale: NotatedOperator {
  func expression(_ operands: Operands) -> Expression? {
    // The only number that backward multiplies a parameter by is the regulariser's.
    let isDecay =
      factor == operands.weightDecay && operands.graph[operands.node.inputs[0]].isParameter
    return operands[0].scaled(by: isDecay ? .lambda(factor) : Coefficient(factor))
  }
}

extension ScaleBy: NotatedOperator {
  func expression(_ operands: Operands) -> Expression? {
    operands.number(1).map { operands[0].scaled(by: $0) }
  }
}

extension AddConstant: NotatedOperator {
  func expression(_ operands: Operands) -> Expression? {
    .sum([operands[0], .number(Coefficient(constant))])
  }
}

extension Convert: NotatedOperator {
  func expression(_ operands: Operands) -> Expression? {
    switch element {
    case .int32: nil
    case .bfloat16: .applied(self, operands[0])
    case .float32, .float64: operands[0]
    }
  }
}

extension SampleSum: NotatedOperator {
  func expression(_ operands: Operands) -> Expression? {
    operands.isBatch ? .total(operands[0], axes: [0], over: "samples") : operands[0]
  }
}

extension Sum: NotatedOperator {
  func expression(_ operands: Operands) -> Expression? {
    guard !axes.isEmpty else { return operands[0] }
    let offset = operands.rank(0) - operands.type(0).shape.rank
    let words = axes.map { "\($0 + offset + 1)" }.joined(separator: ", ")
    return .total(
      operands[0], axes: axes.map { $0 + offset },
      over: axes.count == 1 ? "axis \(words)" : "axes \(words)")
  }
}
