extension OperatorRule {
  /// What brings values to a common measure.
  static let normalisation: [String: OperatorRule] = [
    // Prediction: the product with a factor and the sum with a shift of each channel.
    "BatchNormalization": .alike(
      2,
      results: { (call) throws(NodeProblem) in
        let x = try call.type(0)
        guard x.shape.count >= 2 else { throw NodeProblem("its operand \(x) has no channels") }
        for place in 1...4 where try call.type(place).shape != [x.shape[1]] {
          throw NodeProblem(
            "its input \(place) isn't one number for each of \(x.shape[1]) channels")
        }
        let statistics = try call.type(3)
        return [x, statistics, statistics, statistics, statistics]
      }),
    "InstanceNormalization": .alike(7), "GroupNormalization": .alike(7),
    "LayerNormalization": .alike(
      8,
      results: { (call) throws(NodeProblem) in
        let x = try call.type(0)
        let axis = try call.axis(call.integer("axis") ?? -1, of: x.shape.count)
        let rows = x.with(
          shape: x.shape.prefix(axis) + Array(repeating: 1, count: x.shape.count - axis))
        return [x, rows, rows]
      }),
    "LpNormalization": .alike(3), "MeanVarianceNormalization": .alike(6),
    // Exponential, sum, quotient, and the largest taken off before.
    "Softmax": .alike(5), "LogSoftmax": .alike(5), "Hardmax": .alike(1),
    "LRN": OperatorRule(
      { (call) throws(NodeProblem) in [try call.type(0)] },
      operations: { (call, results) throws(NodeProblem) in
        Int.saturatingProduct(results[0].count, 2 * (call.integer("size") ?? 1) + 3)
      }),
  ]

  /// As many operations for each element of a result like the first operand.
  private static func alike(
    _ each: Int,
    results: @escaping Types = { (call) throws(NodeProblem) in [try call.type(0)] }
  ) -> OperatorRule {
    OperatorRule(
      results,
      operations: { (_, results) throws(NodeProblem) in
        Int.saturatingProduct(each, results[0].count)
      })
  }
}
