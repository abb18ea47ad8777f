/// Second derivatives: the product of the Hessian of J with a vector, as nodes of the same graph.
///
/// H·v is the gradient of ⟨dJ/dW, v⟩ with v held fixed, and no H is ever formed: one more sweep back,
/// through the nodes that differentiation made and then through those that it differentiated (Pearlmutter
/// 1994, "Fast exact multiplication by the Hessian", section 2). The sweep meets two kinds of values.
///
/// - Gradients, as dJ/dz. Its cotangent is R{z}, how z moves when the parameters move along
///   v. It needs no gradient, so it is made in the forward pass and goes downstream, beside z.
/// - All others, as z. Its cotangent is R{dJ/dz}. It needs gradients, so it is made in
///   the backward pass and goes upstream, beside dJ/dz.
///
/// So a product has one forward and one backward pass a microbatch, as a gradient has, and every schedule,
/// cut and replica that can train can compute it.
extension Graph {
  /// Appends the gradient of J, and H·v.
  ///
  /// The gradient of an operator is linear in its upstream gradient: that is what lets R{z} do without
  /// dJ/dz. Sums have a fixed order: R{z} from the first reader's layer on, as it travels downstream;
  /// R{dJ/dz} from the last; a parameter's share of each reader in graph order.
  ///
  /// Complexity: O(nodes) gradient rules.
  /// - Parameters:
  ///   - objective: J, a shared scalar.
  ///   - directions: v's part for each parameter that H is by, a shared value of its type.
  /// - Returns: dJ/dW and the product's part for each parameter; none where it is zero.
  /// - Throws: `GraphError.notAScalar`, and `.notDifferentiable` for an operator whose gradient has no
  ///   gradient.
  public mutating func hessianProduct(
    of objective: ValueID, along directions: [ValueID: ValueID]
  ) throws(GraphError) -> (gradients: [ValueID: ValueID], products: [ValueID: ValueID]) {
    let parameters = directions.keys.sorted()
    // The gradients of all that moves along v are asked for, to know them among all that differentiation
    // makes: some of it, as a slope, is no gradient. It makes them anyway.
    let moved = dependents(of: parameters)
    let first = nodes.count
    let gradients = try differentiate(
      objective, withRespectTo: values.map(\.id).filter { moved[$0.index] })
    var sweep = SecondSweep(
      moved: dependents(of: parameters),
      gradients: dependents(of: Array(gradients.values), from: first))
    for parameter in parameters {
      if let gradient = gradients[parameter], let direction = directions[parameter] {
        sweep.add(direction, to: gradient, in: nil)
      }
    }
    for node in nodes.reversed() { try sweep.goBack(through: node, of: &self) }
    var products: [ValueID: ValueID] = [:]
    for parameter in parameters {
      products[parameter] = try sweep.cotangent(of: parameter, in: &self)
    }
    return (gradients.filter { directions[$0.key] != nil }, products)
  }

  /// For each value, whether it depends on some values, or is one, by nodes from some node on.
  package func dependents(of roots: [ValueID], from first: Int = 0) -> [Bool] {
    var depends = Array(repeating: false, count: values.count)
    for root in roots { depends[root.index] = true }
    for node in nodes[first...] where node.inputs.contains(where: { depends[$0.index] }) {
      for output in node.outputs { depends[output.index] = true }
    }
    return depends
  }
}

/// The cotangents that a second sweep has found so far.
private struct SecondSweep {
  /// Whether a value moves along v.
  private let isMoved: [Bool]
  /// Whether a value is dJ/dz of some z, or made of such.
  private let isGradient: [Bool]
  /// Contributions to the cotangent of each value, in the order in which they were found.
  private var found: [ValueID: [Contribution]] = [:]

  private struct Contribution {
    let value: ValueID
    /// The layer of the reader that it comes from; nil for a seed.
    let layer: Int?
  }

  init(moved: [Bool], gradients: [Bool]) {
    (isMoved, isGradient) = (moved, gradients)
  }

  mutating func add(_ contribution: ValueID, to value: ValueID, in layer: Int?) {
    found[value, default: []].append(Contribution(value: contribution, layer: layer))
  }

  /// Applies the chain rule to one node: once for the operands that are gradients, in the forward pass; and
  /// once for all others.
  mutating func goBack(through node: Node, of graph: inout Graph) throws(GraphError) {
    var upstream: [ValueID?] = []
    for output in node.outputs { upstream.append(try cotangent(of: output, in: &graph)) }
    guard upstream.contains(where: { $0 != nil }) else { return }
    for isGradient in [true, false] {
      let needs = node.inputs.map {
        isMoved[$0.index] && self.isGradient[$0.index] == isGradient
      }
      guard needs.contains(true) else { continue }
      let call = GradientCall(
        inputs: node.inputs, outputs: node.outputs, upstream: upstream, needs: needs)
      let results = try graph.inLayer(node.layer, backward: !isGradient) {
        (graph) throws(GraphError) in try node.op.gradients(of: call, in: &graph)
      }
      for (index, input) in node.inputs.enumerated() where needs[index] {
        if let result = results[index] { add(result, to: input, in: node.layer) }
      }
    }
  }

  /// The sum of all contributions to a value, once all of its readers have been visited.
  mutating func cotangent(of value: ValueID, in graph: inout Graph) throws(GraphError) -> ValueID? {
    guard let found = found.removeValue(forKey: value) else { return nil }
    let isGradient = isGradient[value.index]
    let isShared = !graph.type(of: value).isPerSample
    // Readers were visited last node first: gradients' readers from the first layer on. A parameter's
    // share of the first reader comes first, as in the gradient itself.
    let ordered = isShared ? found.reversed() : isGradient ? found : lastLayerFirst(found)
    var sum: ValueID?
    for next in ordered {
      guard let before = sum else {
        sum = next.value
        continue
      }
      let layer = isShared ? ordered[0].layer : next.layer
      sum = try graph.inLayer(layer, backward: !isGradient || isShared) {
        (graph) throws(GraphError) in try graph.append(Add(), before, next.value)
      }
    }
    return sum
  }

  /// The last layer's contributions first, those of one layer as they were found.
  private func lastLayerFirst(_ found: [Contribution]) -> [Contribution] {
    found.enumerated().sorted {
      let (a, b) = ($0.element.layer ?? .max, $1.element.layer ?? .max)
      return a == b ? $0.offset < $1.offset : a > b
    }.map(\.element)
  }
}

extension Graph {
  /// A parameter's part of a product as a value of its own, which an assignment can take: zero where J is
  /// linear in the parameter, and in nothing else with it.
  mutating func product(
    _ found: ValueID?, of parameter: ValueID, along direction: ValueID
  ) throws(GraphError) -> ValueID {
    try inLayer(owner(of: parameter), backward: true) { (graph) throws(GraphError) in
      guard let found else { return try graph.append(Scale(0), direction) }
      return try graph.append(Scale(1), found)
    }
  }
}
