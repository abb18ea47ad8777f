extension OperatorRule {
  /// Layers that read a sequence step by step.
  static let recurrence: [String: OperatorRule] = [
    "LSTM": recurrent(gates: 4), "GRU": recurrent(gates: 3), "RNN": recurrent(gates: 1),
  ]

  /// A layer whose state passes through so many products of matrices a step.
  private static func recurrent(gates: Int) -> OperatorRule {
    OperatorRule(
      { (call) throws(NodeProblem) in
        let measures = try Measures(call, gates: gates)
        let (steps, batch, hidden, directions) = (
          measures.steps, measures.batch, measures.hidden, measures.directions
        )
        let element = try call.type(0).element
        let all =
          measures.isBatchFirst
          ? [batch, steps, directions, hidden] : [steps, directions, batch, hidden]
        let last =
          measures.isBatchFirst ? [batch, directions, hidden] : [directions, batch, hidden]
        let types = [TensorType(element, all), TensorType(element, last)]
        return gates == 4 ? types + [TensorType(element, last)] : types
      },
      operations: { (call, _) throws(NodeProblem) in
        let measures = try Measures(call, gates: gates)
        // Products with the input and with the state, their sum with both biases, the gates.
        let each = gates * measures.hidden * (2 * (measures.inputs + measures.hidden) + 6)
        return [measures.steps, measures.batch, measures.directions, each].elementCount
      })
  }

  private struct Measures {
    let steps, batch, inputs, hidden, directions: Int
    let isBatchFirst: Bool

    init(_ call: NodeCall, gates: Int) throws(NodeProblem) {
      let (x, weight) = (try call.type(0), try call.type(1))
      guard x.shape.count == 3, weight.shape.count == 3, weight.shape[2] == x.shape[2],
        weight.shape[1] % gates == 0
      else { throw NodeProblem("its weights \(weight) don't fit its operand \(x)") }
      isBatchFirst = call.flag("layout")
      steps = x.shape[isBatchFirst ? 1 : 0]
      batch = x.shape[isBatchFirst ? 0 : 1]
      inputs = x.shape[2]
      hidden = weight.shape[1] / gates
      directions = weight.shape[0]
    }
  }
}
