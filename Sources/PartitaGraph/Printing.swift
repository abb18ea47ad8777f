/// A graph as text, one line for each variable and then for each node, operands first:
///
///     linear1.weight : [128, 64]   (parameter)
///     %3 = linear(input, linear1.weight, linear1.bias) : n x [128]   (linear1)
///     %9 = relu-gradient(%4, %8) : n x [128]   (linear1, backward)
extension Graph: CustomStringConvertible {
  public var description: String {
    (values.compactMap(line(ofVariable:)) + nodes.map(line(of:))).map { $0 + "\n" }.joined()
  }

  private func line(ofVariable value: Value) -> String? {
    value.role.map { "\(value.name) : \(value.type)   (\($0.word))" }
  }

  private func line(of node: Node) -> String {
    let results = node.outputs.map(name(of:)).joined(separator: ", ")
    let operands = node.inputs.map(name(of:)).joined(separator: ", ")
    let types = node.outputs.map { type(of: $0).description }.joined(separator: ", ")
    let notes = [node.layer.map { layers[$0].name }, node.isBackward ? "backward" : nil]
    let remark = notes.compactMap { $0 }.joined(separator: ", ")
    return "\(results) = \(node.op)(\(operands)) : \(types)"
      + (remark.isEmpty ? "" : "   (\(remark))")
  }

  private func name(of id: ValueID) -> String {
    self[id].name.isEmpty ? id.description : self[id].name
  }
}

extension VariableRole {
  /// The role in a word or two.
  fileprivate var word: String {
    switch self {
    case .input: "input"
    case .label: "label"
    case .sampleWeight: "sample weight"
    case .sampleIndex: "sample index"
    case .step: "step"
    case .setting: "setting"
    case .parameter: "parameter"
    case .running: "running value"
    case .state: "state"
    case .direction: "direction"
    }
  }
}
