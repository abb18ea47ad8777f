internal import Foundation

extension OperatorRule {
  /// What makes one number of all along some axes.
  static let reductions: [String: OperatorRule] = {
    var rules: [String: OperatorRule] = [:]
    for name in [
      "Sum", "Mean", "Max", "Min", "Prod", "L1", "L2", "LogSum", "LogSumExp", "SumSquare",
    ] {
      rules["Reduce\(name)"] = OperatorRule(
        { (call) throws(NodeProblem) in
          let x = try call.type(0)
          let axes = Set(try reducedAxes(call))
          return [
            x.with(shape: kept(x.shape, without: axes, call.flag("keepdims", otherwise: true)))
          ]
        },
        operations: { (call, _) throws(NodeProblem) in try call.type(0).count },
        folding: foldable.contains(name) ? folding(name) : nil)
    }
    for name in ["ArgMax", "ArgMin"] {
      rules[name] = OperatorRule(
        { (call) throws(NodeProblem) in
          let x = try call.type(0)
          let axis = try call.axis(call.integer("axis") ?? 0, of: x.shape.count)
          return [
            TensorType(
              .int64, kept(x.shape, without: [axis], call.flag("keepdims", otherwise: true)))
          ]
        }, operations: { (call, _) throws(NodeProblem) in try call.type(0).count })
    }
    rules["CumSum"] = OperatorRule({ (call) throws(NodeProblem) in [try call.type(0)] })
    return rules
  }()

  private static let foldable: Set = ["Sum", "Mean", "Max", "Min", "Prod"]

  private static func folding(_ name: String) -> Folding {
    { (call, types) throws(NodeProblem) in [try folded(call, types[0], name)] }
  }

  /// The axes that a node reduces: an attribute, in later versions an input.
  static func reducedAxes(_ call: NodeCall) throws(NodeProblem) -> [Int] {
    let rank = try call.type(0).shape.count
    let given = try call.integers("axes", orInput: 1)
    guard let given, !given.isEmpty else {
      return call.flag("noop_with_empty_axes") ? [] : Array(0..<rank)
    }
    return try call.axes(given, of: rank)
  }

  private static func kept(_ shape: [Int], without axes: Set<Int>, _ keeps: Bool) -> [Int] {
    shape.enumerated().compactMap { axis, extent in
      axes.contains(axis) ? (keeps ? 1 : nil) : extent
    }
  }

  private static func folded(
    _ call: NodeCall, _ type: TensorType, _ name: String
  ) throws(NodeProblem) -> ConstantTensor {
    let x = try call.constant(0)
    let axes = Set(try reducedAxes(call))
    let result = kept(x.shape, without: axes, true)
    // Where each element goes: the axes that are reduced don't move.
    let places = result.strides(over: x.shape)
    var sums: [Double?] = Array(repeating: nil, count: result.elementCount)
    let numbers = x.numbers
    var next = 0
    forEachPlace(x.shape, offset: 0, by: places) { place in
      let number = numbers[next]
      next += 1
      sums[place] =
        sums[place].map { sum in
          switch name {
          case "Max": Swift.max(sum, number)
          case "Min": Swift.min(sum, number)
          case "Prod": sum * number
          default: sum + number
          }
        } ?? number
    }
    let divisor = name == "Mean" ? Double(max(x.count / max(type.count, 1), 1)) : 1
    return ConstantTensor(
      type.element, type.shape, .numbers(sums.map { ($0 ?? (name == "Prod" ? 1 : 0)) / divisor }))
  }
}
