internal import Foundation

extension OperatorRule {
  /// Functions of each element, of one operand or of two.
  static let elementwise: [String: OperatorRule] = {
    var rules: [String: OperatorRule] = [:]
    for (name, function) in functions { rules[name] = .function(function) }
    for (name, function) in combinations { rules[name] = .combination(function) }
    for name in ["Sum", "Max", "Min", "Mean"] { rules[name] = .variadic }
    rules["Clip"] = OperatorRule(
      { (call) throws(NodeProblem) in [try call.type(0)] },
      folding: { (call, types) throws(NodeProblem) in
        let lower = call.optional(1)?.constant?.single ?? call.number("min") ?? -.infinity
        let upper = call.optional(2)?.constant?.single ?? call.number("max") ?? .infinity
        return [try call.constant(0).mapped(types[0]) { Swift.min(Swift.max($0, lower), upper) }]
      })
    rules["PRelu"] = .function(nil)
    rules["Dropout"] = OperatorRule(
      { (call) throws(NodeProblem) in
        let type = try call.type(0)
        return [type, TensorType(.flag, type.shape)]
      }, operations: { (_, _) throws(NodeProblem) in 0 })
    rules["Cast"] = .moving(
      { (call) throws(NodeProblem) in
        guard let element = call.integer("to").flatMap(TensorElement.init(rawValue:)) else {
          throw NodeProblem("its attribute 'to' names no element type that is known")
        }
        return [TensorType(element, try call.type(0).shape)]
      },
      folding: { (call, types) throws(NodeProblem) in
        let element = types[0].element
        return [
          try call.constant(0).mapped(types[0]) { number in
            if element == .flag { return number == 0 ? 0 : 1 }
            return element.isFloating ? number : number.rounded(.towardZero)
          }
        ]
      })
    rules["CastLike"] = .moving({ (call) throws(NodeProblem) in
      [TensorType(try call.type(1).element, try call.type(0).shape)]
    })
    return rules
  }()

  /// One operand; nil where constants aren't computed.
  private static let functions: [(String, (@Sendable (Double) -> Double)?)] = [
    ("Identity", { $0 }), ("Abs", { Swift.abs($0) }), ("Neg", { -$0 }), ("Floor", { floor($0) }),
    ("Ceil", { ceil($0) }), ("Round", { $0.rounded(.toNearestOrEven) }),
    ("Sqrt", { $0.squareRoot() }),
    ("Exp", { exp($0) }), ("Log", { log($0) }), ("Reciprocal", { 1 / $0 }),
    ("Sign", { $0 == 0 ? 0 : $0 < 0 ? -1 : 1 }), ("Relu", { Swift.max($0, 0) }),
    ("Sin", { sin($0) }),
    ("Cos", { cos($0) }), ("Tanh", { tanh($0) }), ("Sigmoid", { 1 / (1 + exp(-$0)) }),
    ("Erf", { erf($0) }),
    ("LeakyRelu", nil), ("Elu", nil), ("Selu", nil), ("Celu", nil), ("ThresholdedRelu", nil),
    ("Softplus", nil), ("Softsign", nil), ("HardSigmoid", nil), ("HardSwish", nil), ("Mish", nil),
    ("Gelu", nil), ("Tan", nil), ("Asin", nil), ("Acos", nil), ("Atan", nil), ("Sinh", nil),
    ("Cosh", nil), ("Asinh", nil), ("Acosh", nil), ("Atanh", nil), ("Shrink", nil),
  ]

  /// Two operands, spread over each other.
  private static let combinations: [(String, @Sendable (Double, Double, Bool) -> Double)] = [
    ("Add", { one, other, _ in one + other }), ("Sub", { one, other, _ in one - other }),
    ("Mul", { one, other, _ in one * other }),
    ("Div", { one, other, isWhole in isWhole ? (one / other).rounded(.towardZero) : one / other }),
    ("Pow", { one, other, _ in pow(one, other) }),
    ("Mod", { one, other, _ in one - other * (one / other).rounded(.down) }),
  ]

  private static func function(_ function: (@Sendable (Double) -> Double)?) -> OperatorRule {
    var folding: Folding?
    if let function {
      folding = { (call, types) throws(NodeProblem) in
        [try call.constant(0).mapped(types[0], function)]
      }
    }
    return OperatorRule({ (call) throws(NodeProblem) in [try call.type(0)] }, folding: folding)
  }

  private static func combination(
    _ function: @escaping @Sendable (Double, Double, Bool) -> Double
  ) -> OperatorRule {
    OperatorRule(
      { (call) throws(NodeProblem) in
        [
          TensorType(
            try call.type(0).element, try [call.type(0).shape, call.type(1).shape].broadcast())
        ]
      },
      folding: { (call, types) throws(NodeProblem) in
        let isWhole = !types[0].element.isFloating
        return [
          try call.constant(0).combined(with: call.constant(1), types[0]) {
            function($0, $1, isWhole)
          }
        ]
      })
  }

  private static let variadic = OperatorRule(
    { (call) throws(NodeProblem) in
      let operands = call.inputs.compactMap { $0?.shape }
      return [TensorType(try call.type(0).element, try operands.broadcast())]
    },
    operations: { (call, results) throws(NodeProblem) in
      Int.saturatingProduct(Swift.max(call.inputs.count - 1, 0), results[0].count)
    },
    folding: { (call, types) throws(NodeProblem) in
      var result = try call.constant(0)
      for place in call.inputs.indices.dropFirst() {
        result = try result.combined(with: call.constant(place), types[0]) {
          switch call.node.operation {
          case "Max": Swift.max($0, $1)
          case "Min": Swift.min($0, $1)
          default: $0 + $1
          }
        }
      }
      let divisor = call.node.operation == "Mean" ? Double(call.inputs.count) : 1
      return [result.mapped(types[0]) { $0 / divisor }]
    })
}

extension ConstantTensor {
  /// A function of each element.
  func mapped(_ type: TensorType, _ function: (Double) -> Double) -> ConstantTensor {
    if case .same(let number) = storage {
      return ConstantTensor(type.element, type.shape, .same(function(number)))
    }
    return ConstantTensor(type.element, type.shape, .numbers(numbers.map(function)))
  }

  /// A function of each pair of elements, spread over the type's shape.
  func combined(
    with other: ConstantTensor, _ type: TensorType, _ function: (Double, Double) -> Double
  ) -> ConstantTensor {
    let shape = type.shape
    if case .same(let one) = storage, case .same(let two) = other.storage {
      return ConstantTensor(type.element, shape, .same(function(one, two)))
    }
    let one = strided(shape, by: self.shape.strides(over: shape)).numbers
    let two = other.strided(shape, by: other.shape.strides(over: shape)).numbers
    return ConstantTensor(type.element, shape, .numbers(zip(one, two).map(function)))
  }
}
