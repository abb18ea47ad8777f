extension OperatorRule {
  /// Products of matrices.
  static let matrices: [String: OperatorRule] = [
    "Gemm": OperatorRule(
      { (call) throws(NodeProblem) in
        let (rows, _, columns) = try gemm(call)
        if let c = call.optional(2)?.shape,
          try [c, [rows, columns]].broadcast() != [rows, columns]
        {
          throw NodeProblem("its third operand \(c) doesn't fit its result [\(rows), \(columns)]")
        }
        return [TensorType(try call.type(0).element, [rows, columns])]
      },
      operations: { (call, results) throws(NodeProblem) in
        let each = 2 * (try gemm(call)).inner + (call.optional(2) == nil ? 0 : 1)
        return Int.saturatingProduct(results[0].count, each)
      }),
    "MatMul": OperatorRule(
      { (call) throws(NodeProblem) in
        let (a, b) = (try call.type(0).shape, try call.type(1).shape)
        guard let inner = a.last, !b.isEmpty,
          inner == (b.count == 1 ? b[0] : b[b.count - 2])
        else {
          throw NodeProblem(
            "its operands \(try call.type(0)) and \(try call.type(1)) don't fit each other")
        }
        var shape = try [a.dropLast(2).map { $0 }, b.dropLast(2).map { $0 }].broadcast()
        if a.count > 1 { shape.append(a[a.count - 2]) }
        if b.count > 1 { shape.append(b[b.count - 1]) }
        return [TensorType(try call.type(0).element, shape)]
      },
      operations: { (call, results) throws(NodeProblem) in
        Int.saturatingProduct(results[0].count, 2 * (try call.type(0).shape.last ?? 1))
      }),
    "Einsum": OperatorRule(
      { (call) throws(NodeProblem) in
        let sum = try EinsteinSum(call)
        return [TensorType(try call.type(0).element, sum.result)]
      },
      operations: { (call, _) throws(NodeProblem) in
        Int.saturatingProduct(2, try EinsteinSum(call).products)
      }),
  ]

  private static func gemm(
    _ call: NodeCall
  ) throws(NodeProblem) -> (rows: Int, inner: Int, columns: Int) {
    let (a, b) = (try call.type(0), try call.type(1))
    guard a.shape.count == 2, b.shape.count == 2 else {
      throw NodeProblem("its operands \(a) and \(b) aren't two matrices")
    }
    let one = call.flag("transA") ? a.shape.reversed() : a.shape
    let other = call.flag("transB") ? b.shape.reversed() : b.shape
    guard one[1] == other[0] else {
      throw NodeProblem("its operands \(a) and \(b) don't fit each other")
    }
    return (one[0], one[1], other[1])
  }
}

/// A sum over products in Einstein's notation, as `bhqd,bhkd->bhqk`.
private struct EinsteinSum {
  /// The extents of the result.
  let result: [Int]
  /// The products that are added up.
  let products: Int

  init(_ call: NodeCall) throws(NodeProblem) {
    let equation = (call.text("equation") ?? "").filter { $0 != " " }
    let sides = equation.split(separator: ">", omittingEmptySubsequences: false)
    let operands = sides[0].filter { $0 != "-" }.split(
      separator: ",", omittingEmptySubsequences: false)
    guard sides.count == 2, operands.count == call.inputs.count, !equation.contains(".") else {
      throw NodeProblem("its equation '\(equation)' isn't understood")
    }
    var extents: [Character: Int] = [:]
    for (place, letters) in operands.enumerated() {
      let shape = try call.type(place).shape
      guard shape.count == letters.count else {
        throw NodeProblem(
          "its equation '\(equation)' doesn't fit operand \(place), \(try call.type(place))")
      }
      for (letter, extent) in zip(letters, shape) {
        guard extents.updateValue(extent, forKey: letter) ?? extent == extent else {
          throw NodeProblem("in its equation '\(equation)', '\(letter)' stands for two extents")
        }
      }
    }
    result = sides[1].compactMap { extents[$0] }
    guard result.count == sides[1].count else {
      throw NodeProblem("its equation '\(equation)' has a result that no operand has")
    }
    products = Array(extents.values).elementCount
  }
}
