extension Patterns {
  /// x·(1 + erf(x / √2)) / 2 in any order of its products, where a node makes it; nil where not.
  func gelu(_ node: InferredNode) -> InferredNode? {
    guard node.node.operation == "Mul", let (reader, operand) = distribution(below: node, 2) else {
      return nil
    }
    var factors = Factors(x: reader.node.inputs[operand])
    collect(node, 2, into: &factors)
    guard factors.isPlain, factors.count == 1, abs(factors.number - 0.5) < 1e-5 else { return nil }
    return node.replaced(
      by: "Gelu", reading: [(reader, operand)], attributes: ["approximate": .text("none")])
  }

  /// log(1 + e^x), as what PyTorch exports of late makes it: x itself where that is large; nil where not.
  func softplus(_ node: InferredNode) -> InferredNode? {
    guard node.node.operation == "Where", let condition = maker(node, 0, "Greater"),
      let curve = maker(node, 2, "Softplus"), let (limit, x) = number(condition), x == 0,
      limit >= Self.largeForSoftplus, node.node.inputs[1] == curve.node.inputs[0],
      condition.node.inputs[0] == curve.node.inputs[0]
    else { return nil }
    return node.replaced(by: "Softplus", reading: [(curve, 0)])
  }

  /// From here on log(1 + e^x) - x is below a millionth of x in Float32.
  private static let largeForSoftplus = 12.0

  /// What a product is made of, beside one error function.
  private struct Factors {
    /// The value whose error function is taken.
    let x: String
    /// How often x is a factor.
    var count = 0
    /// The product of all numbers.
    var number = 1.0
    /// Whether there is nothing else.
    var isPlain = true
  }

  /// The error function among the factors of a product, or of products that it is made of.
  private func distribution(below node: InferredNode, _ depth: Int) -> (InferredNode, Int)? {
    for operand in node.node.inputs.indices {
      if let found = distribution(node, operand) { return found }
      if depth > 0, let product = maker(node, operand, "Mul", "Div"),
        let found = distribution(below: product, depth - 1)
      {
        return found
      }
    }
    return nil
  }

  /// Collects the factors of a product, and of products that it is made of, so deep.
  private func collect(_ node: InferredNode, _ depth: Int, into factors: inout Factors) {
    let isQuotient = node.node.operation == "Div"
    for operand in node.node.inputs.indices {
      if let constant = node.call.optional(operand)?.constant {
        guard let number = constant.single, !isQuotient || operand == 1 else {
          factors.isPlain = false
          return
        }
        factors.number *= isQuotient ? 1 / number : number
      } else if node.node.inputs[operand] == factors.x {
        factors.count += 1
      } else if distribution(node, operand) != nil {
        continue
      } else if depth > 0, let product = maker(node, operand, "Mul", "Div"),
        product.node.operation == "Mul" || product.isConstant(1)
      {
        collect(product, depth - 1, into: &factors)
      } else {
        factors.isPlain = false
      }
    }
  }

  /// The node that reads x where an operand is 1 + erf(x / √2), and which of its operands x is.
  private func distribution(_ node: InferredNode, _ operand: Int) -> (InferredNode, Int)? {
    guard let sum = maker(node, operand, "Add"), let (one, place) = number(sum), one == 1,
      let erf = maker(sum, place, "Erf"), let argument = maker(erf, 0, "Div", "Mul"),
      let (factor, x) = number(argument)
    else { return nil }
    let wanted = argument.node.operation == "Div" ? 2.0.squareRoot() : 0.5.squareRoot()
    guard abs(factor - wanted) < 1e-5, argument.node.operation == "Mul" || x == 0 else {
      return nil
    }
    return (argument, x)
  }
}
