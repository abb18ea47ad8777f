extension OperatorRule {
  /// Comparisons, and what is made of their answers.
  static let logic: [String: OperatorRule] = {
    var rules: [String: OperatorRule] = [:]
    for (name, answer) in comparisons {
      rules[name] = OperatorRule(
        { (call) throws(NodeProblem) in
          [TensorType(.flag, try [call.type(0).shape, call.type(1).shape].broadcast())]
        },
        folding: { (call, types) throws(NodeProblem) in
          [
            try call.constant(0).combined(with: call.constant(1), types[0]) {
              answer($0, $1) ? 1 : 0
            }
          ]
        })
    }
    for name in ["Not", "IsNaN", "IsInf"] {
      rules[name] = OperatorRule(
        { (call) throws(NodeProblem) in [TensorType(.flag, try call.type(0).shape)] },
        folding: { (call, types) throws(NodeProblem) in
          [
            try call.constant(0).mapped(types[0]) { number in
              switch name {
              case "Not": number == 0 ? 1 : 0
              case "IsNaN": number.isNaN ? 1 : 0
              default: number.isInfinite ? 1 : 0
              }
            }
          ]
        })
    }
    rules["Where"] = OperatorRule(
      { (call) throws(NodeProblem) in
        let shapes = [try call.type(0).shape, try call.type(1).shape, try call.type(2).shape]
        return [TensorType(try call.type(1).element, try shapes.broadcast())]
      },
      folding: { (call, types) throws(NodeProblem) in
        let shape = types[0].shape
        func spread(_ place: Int) throws(NodeProblem) -> [Double] {
          let operand = try call.constant(place)
          return operand.strided(shape, by: operand.shape.strides(over: shape)).numbers
        }
        let (condition, one, other) = (try spread(0), try spread(1), try spread(2))
        let numbers = condition.indices.map { condition[$0] == 0 ? other[$0] : one[$0] }
        return [ConstantTensor(types[0].element, shape, .numbers(numbers))]
      })
    return rules
  }()

  private static let comparisons: [(String, @Sendable (Double, Double) -> Bool)] = [
    ("Equal", { $0 == $1 }), ("Less", { $0 < $1 }), ("LessOrEqual", { $0 <= $1 }),
    ("Greater", { $0 > $1 }), ("GreaterOrEqual", { $0 >= $1 }),
    ("And", { $0 != 0 && $1 != 0 }), ("Or", { $0 != 0 || $1 != 0 }),
    ("Xor", { ($0 != 0) != ($1 != 0) }),
  ]
}
