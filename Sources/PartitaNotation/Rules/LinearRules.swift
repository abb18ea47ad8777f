internal import PartitaGraph

extension Linear: NotatedOperator {
  func expression(_ operands: Operands) -> Expression? {
    let product: Expression =
      operands.rank(0) == 1
      ? .product(operands[1], operands[0]) : .product(operands[0], .transpose(operands[1]))
    return operands.node.inputs.count == 3 ? .sum([product, operands[2]]) : product
  }
}

extension LinearInputGradient: NotatedOperator {
  func expression(_ operands: Operands) -> Expression? {
    operands.rank(0) == 1
      ? .product(.transpose(operands[1]), operands[0]) : .product(operands[0], operands[1])
  }
}

extension LinearWeightGradient: NotatedOperator {
  func expression(_ operands: Operands) -> Expression? {
    switch operands.rank(0) {
    case 1: .product(operands[0], .transpose(operands[1]))
    case 2: .product(.transpose(operands[0]), operands[1])
    case 3 where operands.isBatch:
      .total(.product(.transpose(operands[0]), operands[1]), axes: [0], over: "samples")
    default: nil
    }
  }
}

extension MatrixProduct: NotatedOperator {
  func expression(_ operands: Operands) -> Expression? {
    guard operands.rank(0) == operands.rank(1) else { return nil }
    return .product(
      transposesLeft ? .transpose(operands[0]) : operands[0],
      transposesRight ? .transpose(operands[1]) : operands[1])
  }
}

extension Bias: NotatedOperator {
  func expression(_ operands: Operands) -> Expression? {
    axis == .last ? .sum([operands[0], operands[1]]) : nil
  }
}

extension BiasGradient: NotatedOperator {
  func expression(_ operands: Operands) -> Expression? {
    let type = operands.type(0)
    guard type.shape.rank >= 1 else { return nil }
    let sampleAxes = operands.isBatch && type.isPerSample ? 1 : 0
    let kept = sampleAxes + (axis == .first ? 0 : type.shape.rank - 1)
    let axes = (0..<operands.rank(0)).filter { $0 != kept }
    guard !axes.isEmpty else { return operands[0] }
    let words = [
      sampleAxes == 1 ? "samples" : nil,
      type.shape.rank > 1 ? (axis == .first ? "places" : "rows") : nil,
    ].compactMap { $0 }
    return .total(operands[0], axes: axes, over: words.joined(separator: " and "))
  }
}
