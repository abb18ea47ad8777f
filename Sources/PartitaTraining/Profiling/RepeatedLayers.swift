internal import PartitaGraph

/// Layers that do the same, as the blocks of a transformer: what one costs the others do, so they are
/// measured as one.
struct RepeatedLayers {
  /// For each layer those that do the same, itself among them.
  let alike: [[Int]]

  /// Looks at operators, their parameters and the types of what they read and make.
  ///
  /// Complexity: O(nodes + operands).
  /// - Parameter staged: the model, a stage for each layer.
  init(_ staged: StagedModel) {
    let graph = staged.model.graph
    func words(_ nodes: [Int]) -> String {
      nodes.map { index in
        let node = graph.nodes[index]
        let types = (node.inputs + node.outputs).map { "\(graph.type(of: $0))" }
        // The key of random numbers is each layer's own, and costs nothing.
        let parameters = Mirror(reflecting: node.op).children.filter { $0.label != "key" }
          .map { "\($0.value)" }
        return "\(type(of: node.op)) \(parameters) \(types)"
      }.joined(separator: "\n")
    }
    var known: [[String]: [Int]] = [:]
    let keys = staged.stages.map { stage in
      [
        stage.roundings, stage.forward, stage.backward, stage.inputGradient, stage.weightGradient,
        stage.updateBeforeExchange, stage.updateAfterExchange,
      ].map(words)
    }
    for (layer, key) in keys.enumerated() { known[key, default: []].append(layer) }
    alike = keys.map { known[$0] ?? [] }
  }
}
