extension OperatorRule {
  /// Shapes as values, and constants.
  static let shapes: [String: OperatorRule] = [
    "Shape": OperatorRule(
      { (call) throws(NodeProblem) in [TensorType(.int64, [try shape(call).count])] },
      operations: { (_, _) throws(NodeProblem) in 0 },
      folding: { (call, _) throws(NodeProblem) in [ConstantTensor(shape: try shape(call))] },
      needsShapesAlone: true),
    "Size": OperatorRule(
      { (_) throws(NodeProblem) in [TensorType(.int64, [])] },
      operations: { (_, _) throws(NodeProblem) in 0 },
      folding: { (call, _) throws(NodeProblem) in
        [ConstantTensor(.int64, [], .numbers([Double(try call.type(0).count)]))]
      }, needsShapesAlone: true),
    "Constant": .moving(
      { (call) throws(NodeProblem) in [try constant(call).type] },
      folding: {
        (call, _) throws(NodeProblem) in [try constant(call)]
      }),
    "ConstantOfShape": .moving(
      { (call) throws(NodeProblem) in
        [TensorType(filling(call).element, try call.constant(0).integers)]
      },
      folding: { (call, types) throws(NodeProblem) in
        [ConstantTensor(types[0].element, types[0].shape, .same(filling(call).number))]
      }),
    "Range": .moving(
      { (call) throws(NodeProblem) in
        [TensorType(try call.type(0).element, [try range(call).count])]
      },
      folding: { (call, types) throws(NodeProblem) in
        [ConstantTensor(types[0].element, types[0].shape, .numbers(try range(call)))]
      }),
    "EyeLike": .moving { (call) throws(NodeProblem) in
      let element = call.integer("dtype").flatMap(TensorElement.init(rawValue:))
      let type = try call.type(0)
      return [TensorType(element ?? type.element, type.shape)]
    },
  ]

  private static func shape(_ call: NodeCall) throws(NodeProblem) -> [Int] {
    let shape = try call.type(0).shape
    func bound(_ name: String, _ otherwise: Int) -> Int {
      let given = call.integer(name) ?? otherwise
      return Swift.min(Swift.max(given < 0 ? given + shape.count : given, 0), shape.count)
    }
    let (start, end) = (bound("start", 0), bound("end", shape.count))
    return start < end ? Array(shape[start..<end]) : []
  }

  private static func constant(_ call: NodeCall) throws(NodeProblem) -> ConstantTensor {
    for (name, value) in call.node.attributes {
      switch (name, value) {
      case ("value", .tensor(let tensor)): return tensor
      case ("value_float", .number(let number)):
        return ConstantTensor(.float32, [], .numbers([number]))
      case ("value_floats", .numbers(let numbers)):
        return ConstantTensor(.float32, [numbers.count], .numbers(numbers))
      case ("value_int", .integer(let number)):
        return ConstantTensor(.int64, [], .numbers([Double(number)]))
      case ("value_ints", .integers(let numbers)): return ConstantTensor(shape: numbers)
      default: continue
      }
    }
    throw NodeProblem("it holds no numbers")
  }

  private static func filling(_ call: NodeCall) -> (element: TensorElement, number: Double) {
    guard case .tensor(let tensor)? = call.node.attributes["value"] else { return (.float32, 0) }
    return (tensor.element, tensor.numbers.first ?? 0)
  }

  private static func range(_ call: NodeCall) throws(NodeProblem) -> [Double] {
    let bounds = [
      try call.constant(0).single, try call.constant(1).single, try call.constant(2).single,
    ]
    .compactMap { $0 }
    guard bounds.count == 3, bounds[2] != 0 else {
      throw NodeProblem("its bounds aren't three numbers")
    }
    let count = ((bounds[1] - bounds[0]) / bounds[2]).rounded(.up)
    guard count <= Double(ConstantTensor.mostFolded) else {
      throw NodeProblem("it counts \(count) numbers, more than \(ConstantTensor.mostFolded)")
    }
    return (0..<Int(clamping: max(count, 0))).map { bounds[0] + Double($0) * bounds[2] }
  }
}
