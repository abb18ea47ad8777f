/// When a node runs.
public enum Pass: String, Hashable, Sendable, Codable {
  /// Once a microbatch, before its gradient is known.
  case forward
  /// Once a microbatch, from its gradient.
  case backward
  /// Once a step, after all microbatches have been reduced.
  case update
}

extension Graph {
  /// Sorts the nodes into forward, backward and update.
  ///
  /// A node runs for each microbatch if it reads or makes per-sample values, or if such a node
  /// reads what it makes; all others need nothing but parameters and sums over samples, and run
  /// once a step. That is why the gradient λW of the regulariser is added once: it falls out of
  /// the types.
  ///
  /// Complexity: O(nodes + operands).
  /// - Parameter isLive: whether anything that is asked for depends on a node; where a node runs that
  ///   isn't live means nothing.
  /// - Throws: `GraphError.mixesSamples` where a microbatch would need a sum over all samples.
  public func passes(live isLive: [Bool]) throws(GraphError) -> [Pass] {
    var perMicrobatch = nodes.map { node in
      (node.inputs + node.outputs).contains { type(of: $0).isPerSample }
    }
    for node in nodes.reversed() where perMicrobatch[node.index] {
      for producer in node.inputs.compactMap({ self[$0].producer }) {
        perMicrobatch[producer] = true
      }
    }
    for node in nodes where perMicrobatch[node.index] {
      if node.inputs.contains(where: isSumOverSamples) {
        throw GraphError.mixesSamples(operator: node.op.name, layer: nil)
          .inLayer(node.layer.map { layers[$0].name })
      }
    }
    // A slope that differentiation made, and a product of second derivatives needs in the forward pass, is
    // made there.
    var isForward = nodes.map { !$0.isBackward && isLive[$0.index] }
    for node in nodes.reversed() where isForward[node.index] && perMicrobatch[node.index] {
      for producer in node.inputs.compactMap({ self[$0].producer }) { isForward[producer] = true }
    }
    return nodes.map { node in
      perMicrobatch[node.index] ? (isForward[node.index] ? .forward : .backward) : .update
    }
  }

  /// Whether a value gathers all samples: shared, but made from per-sample values.
  ///
  /// Each microbatch makes its own contribution to such a value; the value itself exists only
  /// when all contributions have been added.
  public func isSumOverSamples(_ id: ValueID) -> Bool {
    guard !type(of: id).isPerSample, let producer = self[id].producer else { return false }
    return nodes[producer].inputs.contains { type(of: $0).isPerSample }
  }

  /// For each node, whether any of these values depends on it.
  public func isNeeded(for roots: [ValueID]) -> [Bool] {
    var needed = Array(repeating: false, count: nodes.count)
    for producer in roots.compactMap({ self[$0].producer }) { needed[producer] = true }
    for node in nodes.reversed() where needed[node.index] {
      for producer in node.inputs.compactMap({ self[$0].producer }) { needed[producer] = true }
    }
    return needed
  }
}
