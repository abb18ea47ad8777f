extension OperatorRule {
  /// What makes one number of each window, or of each channel.
  static let pooling: [String: OperatorRule] = {
    var rules: [String: OperatorRule] = [:]
    for name in ["MaxPool", "AveragePool", "LpPool"] {
      rules[name] = OperatorRule(
        { (call) throws(NodeProblem) in
          let x = try spatial(call)
          let windows = try Windows(call, over: Array(x.shape.dropFirst(2)))
          let shape = x.shape.prefix(2) + windows.counts
          return [x.with(shape: Array(shape)), TensorType(.int64, Array(shape))]
        },
        operations: { (call, results) throws(NodeProblem) in
          let kernel = call.integers("kernel_shape") ?? []
          return Int.saturatingProduct(results[0].count, kernel.elementCount)
        })
    }
    for name in ["GlobalMaxPool", "GlobalAveragePool", "GlobalLpPool"] {
      rules[name] = OperatorRule(
        { (call) throws(NodeProblem) in
          let x = try spatial(call)
          let shape = x.shape.prefix(2) + Array(repeating: 1, count: x.shape.count - 2)
          return [x.with(shape: Array(shape))]
        }, operations: { (call, _) throws(NodeProblem) in try call.type(0).count })
    }
    return rules
  }()

  private static func spatial(_ call: NodeCall) throws(NodeProblem) -> TensorType {
    let x = try call.type(0)
    guard x.shape.count >= 3 else {
      throw NodeProblem("its operand \(x) has no axes of space behind samples and channels")
    }
    return x
  }
}
