internal import PartitaGraph

extension CPUCompiler {
  /// The list's elementwise nodes whose operands are widened for them alone, or whose result is rounded,
  /// by the node's index.
  func narrowElements() -> [Int: NarrowElements] {
    let own = Set(list.nodes)
    var found: [Int: NarrowElements] = [:]
    for index in list.nodes {
      let node = graph.nodes[index]
      guard node.op is any ElementwiseOperator, isOfOneShape(node) else { continue }
      let widenings = Set(node.inputs).sorted().compactMap { input -> Node? in
        guard let producer = graph[input].producer, own.contains(producer) else { return nil }
        let maker = graph.nodes[producer]
        return maker.op is Convert && graph.type(of: maker.inputs[0]).element == .bfloat16
          && isBetween(input, readBy: node) ? maker : nil
      }
      let rounding = list.nodes.lazy.filter { $0 > index }.map { graph.nodes[$0] }
        .first { $0.inputs == node.outputs && ($0.op as? Convert)?.element == .bfloat16 }
      guard !widenings.isEmpty || rounding != nil else { continue }
      let elements = NarrowElements(
        node: node, widenings: widenings, rounding: rounding,
        keepsResult: rounding.map { !isBetween(node.outputs[0], readBy: $0) } ?? true)
      found[index] = elements
    }
    return found
  }

  /// Whether a node's operands and result are floats of one shape, all with an entry for each sample.
  private func isOfOneShape(_ node: Node) -> Bool {
    let types = (node.inputs + node.outputs).map(graph.type)
    return types.allSatisfy { $0 == types[0] && $0.element == .float32 && $0.isPerSample }
  }

  /// Whether nobody but a node of the list needs a value.
  private func isBetween(_ value: ValueID, readBy node: Node) -> Bool {
    list.places[value] == nil && readers[value] == node.inputs.filter { $0 == value }.count
  }
}
