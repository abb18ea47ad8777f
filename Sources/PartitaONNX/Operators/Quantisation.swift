extension OperatorRule {
  /// Numbers of few bits, and products of them.
  static let quantisation: [String: OperatorRule] = [
    "QuantizeLinear": OperatorRule({ (call) throws(NodeProblem) in
      [TensorType(call.optional(2)?.type.element ?? .uint8, try call.type(0).shape)]
    }),
    "DequantizeLinear": OperatorRule({ (call) throws(NodeProblem) in
      [TensorType(try call.type(1).element, try call.type(0).shape)]
    }),
    "DynamicQuantizeLinear": OperatorRule({ (call) throws(NodeProblem) in
      [
        TensorType(.uint8, try call.type(0).shape), TensorType(.float32, []),
        TensorType(.uint8, []),
      ]
    }),
    "MatMulInteger": product("MatMul", at: [0, 1]), "ConvInteger": product("Conv", at: [0, 1]),
    "QLinearMatMul": product("MatMul", at: [0, 3], rounded: 7),
    "QLinearConv": product("Conv", at: [0, 3, 8], rounded: 7),
  ]

  /// A product whose operands stand at some places among scales and zero points.
  ///
  /// - Parameters:
  ///   - name: the same operator of real numbers.
  ///   - places: where its operands are among the inputs.
  ///   - zero: the input whose elements are of the result's type; nil for 32 bits.
  private static func product(
    _ name: String, at places: [Int], rounded zero: Int? = nil
  ) -> OperatorRule {
    let rule = matrices[name] ?? convolutions[name]
    @Sendable func real(_ call: NodeCall) -> NodeCall {
      NodeCall(node: call.node, opset: call.opset, inputs: places.map { call.optional($0) })
    }
    return OperatorRule(
      { (call) throws(NodeProblem) in
        let element = zero.flatMap { call.optional($0)?.type.element } ?? .int32
        return try rule?.types(real(call)).map { TensorType(element, $0.shape) } ?? []
      },
      operations: { (call, results) throws(NodeProblem) in
        try rule?.operations(real(call), results) ?? 0
      })
  }
}
