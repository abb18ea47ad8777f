internal import PartitaGraph

extension L2Penalty: NotatedOperator {
  func expression(_ operands: Operands) -> Expression? {
    .scaled(.halfLambda(weightDecay), .squaredNorm(operands[0]))
  }
}

extension SquaredNorm: NotatedOperator {
  func expression(_ operands: Operands) -> Expression? { .squaredNorm(operands[0]) }
}

extension ScalarSum: NotatedOperator {
  func expression(_ operands: Operands) -> Expression? {
    // A number that all have stands in front.
    var inner: [Expression] = []
    var number: Coefficient?
    for operand in operands.all {
      guard case .scaled(let own, let term) = operand, number == nil || number == own else {
        return .added(operands.all)
      }
      number = own
      inner.append(term)
    }
    return number.map { .scaled($0, .added(inner)) }
  }
}

extension WeightedMean: NotatedOperator {
  func expression(_ operands: Operands) -> Expression? {
    guard let weight = operands.number(1) else { return nil }
    let loss = operands[0]
    return operands.isBatch
      ? .scaled(weight, .total(loss, axes: [0], over: "samples")) : loss.scaled(by: weight)
  }
}

extension Constant: NotatedOperator {
  func expression(_ operands: Operands) -> Expression? { .number(Coefficient(value)) }
}

extension SoftmaxCrossEntropyGradient: NotatedOperator {
  func expression(_ operands: Operands) -> Expression? {
    guard let upstream = operands.number(4) else { return nil }
    let type = operands.type(0)
    let hot = OneHot(classes: type.shape.last)
    let rows = type.shape.rows
    return Expression.difference(
      .applied(Softmax(), operands[0]),
      .call(
        Call(
          name: hot.name, op: hot, output: 0, arguments: [operands[1]],
          types: [operands.type(1)], printed: [operands[1]]))
    ).scaled(by: rows == 1 ? upstream : upstream.times(.one(over: rows)))
  }
}

extension SquaredErrorGradient: NotatedOperator {
  func expression(_ operands: Operands) -> Expression? {
    guard let upstream = operands.number(2) else { return nil }
    let count = operands.type(0).shape.count
    return Expression.difference(operands[0], operands[1]).scaled(
      by: upstream.times(
        Coefficient(2 / Double(count), text: "2/\(count)", latex: "\\frac{2}{\(count)}")))
  }
}
