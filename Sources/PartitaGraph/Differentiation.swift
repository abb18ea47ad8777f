/// Reverse-mode differentiation as a transformation of the graph.
///
/// The chain rule is applied node by node, last to first (the textbook's backward propagation;
/// Griewank and Walther, Evaluating Derivatives, section 3.2). The result is made of the same
/// operators, so it can be printed, costed, cut and differentiated again.
extension Graph {
  /// Appends the gradient of a shared scalar with respect to each of the given values.
  ///
  /// - A *per-sample* value with several readers gets the sum of their gradients, last reader
  ///   first: the partial sum walks back from reader to reader, and each addition belongs to the
  ///   earlier reader's layer. So the order never depends on who computes or arrives when, and a
  ///   cut sends one gradient to each stage that reads the value.
  /// - A *shared* value (a parameter) gets its readers' contributions added first reader first:
  ///   each is a sum over samples that must be complete before it is added.
  ///
  /// Complexity: O(nodes) gradient rules. What `objective` doesn't depend on is absent.
  /// - Throws: `GraphError.notAScalar`, `.notDifferentiable`.
  public mutating func differentiate(_ objective: ValueID, withRespectTo targets: [ValueID])
    throws(GraphError) -> [ValueID: ValueID]
  {
    let type = type(of: objective)
    guard type.shape.count == 1, !type.isPerSample else {
      throw .notAScalar(value: objective.description, type: type.description)
    }
    let forward = nodes[...]
    let one = try inLayer(nil, backward: true) { (graph) throws(GraphError) in
      try graph.append(Constant(1, type))
    }
    return try inLayer(currentLayer, backward: true) { (graph) throws(GraphError) in
      try graph.propagate([objective: one], backThrough: forward, to: targets)
    }
  }

  /// The gradient rule of an operator that has none of its own: that of its decomposition.
  mutating func gradientsByDecomposition(of op: some Operator, _ call: GradientCall)
    throws(GraphError) -> [ValueID?]
  {
    let first = nodes.count
    guard let outputs = try op.decompose(call.inputs, in: &self) else {
      throw .notDifferentiable(operator: op.name)
    }
    var seeds: [ValueID: ValueID] = [:]
    for (output, upstream) in zip(outputs, call.upstream) { seeds[output] = upstream }
    let needed = zip(call.inputs, call.needs).filter(\.1).map(\.0)
    let gradients = try propagate(seeds, backThrough: nodes[first...], to: needed)
    return zip(call.inputs, call.needs).map { $1 ? gradients[$0] : nil }
  }

  /// Appends gradients to the pass that is open.
  private mutating func propagate(
    _ seeds: [ValueID: ValueID], backThrough nodes: ArraySlice<Node>, to targets: [ValueID]
  ) throws(GraphError) -> [ValueID: ValueID] {
    var dependsOnTarget = Set(targets)
    for node in nodes where node.inputs.contains(where: dependsOnTarget.contains) {
      dependsOnTarget.formUnion(node.outputs)
    }

    var gradients = seeds
    var contributions: [ValueID: [(value: ValueID, layer: Int?)]] = [:]
    for node in nodes.reversed() {
      // Every reader of a shared result has been visited: its contributions can be added now.
      for output in node.outputs {
        if let sum = try sumOfContributions(contributions.removeValue(forKey: output)) {
          gradients[output] = sum
        }
      }
      let upstream = node.outputs.map { gradients[$0] }
      let needs = node.inputs.map(dependsOnTarget.contains)
      guard upstream.contains(where: { $0 != nil }), needs.contains(true) else { continue }
      let call = GradientCall(
        inputs: node.inputs, outputs: node.outputs, upstream: upstream, needs: needs)
      try inLayer(node.layer ?? currentLayer, backward: isBackward) {
        (graph) throws(GraphError) in
        let results = try node.op.gradients(of: call, in: &graph)
        for (input, gradient) in zip(node.inputs, results) {
          guard let gradient, dependsOnTarget.contains(input) else { continue }
          if !graph.type(of: input).isPerSample {
            contributions[input, default: []].append((gradient, node.layer))
          } else if let later = gradients[input] {
            gradients[input] = try graph.append(Add(), later, gradient)
          } else {
            gradients[input] = gradient
          }
        }
      }
    }
    for (input, list) in contributions.sorted(by: { $0.key < $1.key }) {
      if let sum = try sumOfContributions(list) { gradients[input] = sum }
    }
    var wanted: [ValueID: ValueID] = [:]
    for target in targets { wanted[target] = gradients[target] }
    return wanted
  }

  /// Adds contributions that were found last reader first, in graph order, in the layer of the
  /// first reader: that layer owns the sum.
  private mutating func sumOfContributions(_ found: [(value: ValueID, layer: Int?)]?)
    throws(GraphError) -> ValueID?
  {
    guard let ordered = found?.reversed(), let first = ordered.first else { return nil }
    return try inLayer(first.layer, backward: isBackward) { (graph) throws(GraphError) in
      var sum = first.value
      for next in ordered.dropFirst() { sum = try graph.append(Add(), sum, next.value) }
      return sum
    }
  }
}
