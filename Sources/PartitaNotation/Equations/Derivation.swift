public import PartitaGraph

/// The equations of a network: forward, then backward in a textbook's order.
///
/// The backward equations are read off the differentiated graph. Their order is one that its
/// dependences allow: after the gradient of an operator's result come those of its parameters, then
/// those of its other operands (Zhang et al., Dive into Deep Learning, section 5.3).
public struct Derivation: Sendable {
  /// The symbols.
  public let notation: NetworkNotation
  /// The network's graph with the gradients of all that is shown.
  public let graph: Graph
  /// The samples that a batch has; 1 for one example.
  public let samples: Int
  /// The variables that equations name, in the graph's order.
  public let variables: [ValueID]
  /// What computes J, operands first.
  public let forward: [Equation]
  /// What computes the gradients.
  public let backward: [Equation]
  /// λ, where the objective has one.
  public let weightDecay: Double?

  /// Derives the equations.
  ///
  /// - Parameters:
  ///   - model: a network with its objective.
  ///   - batch: the samples of a batch in matrix form; nil for one example.
  ///   - includesInput: whether the gradient with respect to the data is wanted, too.
  /// - Throws: `GraphError` where an operator has no gradient, or the data have none.
  public init(_ model: ModelGraph, batch: Int? = nil, includesInput: Bool = false)
    throws(GraphError)
  {
    let notation = NetworkNotation(model, isBatch: batch != nil)
    var graph = model.graph
    var targets = notation.parameters
    if includesInput { targets += try notation.differentiableInputs() }
    targets += notation.values(dependingOn: targets)
    let gradients = try graph.differentiate(model.objective, withRespectTo: targets)
    var penaltyGradients: [ValueID: ValueID] = [:]
    if let penalty = notation.penalty {
      penaltyGradients = try graph.differentiate(
        penalty, withRespectTo: notation.parameters)
    }
    let decay = model.graph.nodes.compactMap { ($0.op as? L2Penalty)?.weightDecay }.first
    let writer = ExpressionWriter(
      notation: notation, graph: graph, samples: batch ?? 1, weightDecay: decay)
    forward = notation.nodes.compactMap { writer.forward($0) }
    var pass = BackwardPass(writer, gradients: gradients, penaltyGradients: penaltyGradients)
    pass.run()
    backward = pass.equations
    self.notation = notation
    self.graph = graph
    samples = batch ?? 1
    weightDecay = decay
    variables = graph.values.filter { $0.role != nil && notation.isShown($0.id) }.map(\.id)
  }

  /// The equations that lead to the gradient of J with respect to a value, in order.
  ///
  /// - Parameter target: a shown value; one without a gradient has none.
  public func chain(to target: ValueID) -> [Equation] {
    guard let last = backward.lastIndex(where: { $0.target == target }) else { return [] }
    var wanted: Set<ValueID> = [backward[last].value]
    var chain: [Equation] = []
    for (index, equation) in backward[...last].enumerated().reversed()
    where wanted.contains(equation.value) {
      // Of lines for one value, the first computes it.
      if index != last, equation.result.terms == [equation.value] { continue }
      wanted.formUnion(equation.result.terms)
      chain.append(equation)
    }
    return chain.reversed()
  }

  /// A shown value by its symbol, or by its name in the graph.
  ///
  /// - Parameter name: as `W1` or `linear1.weight`.
  public func value(called name: String) -> ValueID? {
    graph.values.first { value in
      notation.isShown(value.id) && (value.name == name || notation[value.id]?.text == name)
    }?.id
  }

  /// The values of all lines, and the variables'.
  public var values: [ValueID] {
    variables + (forward + backward).map(\.value)
  }
}

extension NetworkNotation {
  /// The parameters that are shown.
  var parameters: [ValueID] { model.graph.parameters.filter(isShown) }

  /// The data, where they have a gradient.
  func differentiableInputs() throws(GraphError) -> [ValueID] {
    let inputs = model.graph.values.filter { $0.role == .input && isShown($0.id) }
    if let token = inputs.first(where: { $0.type.element == .int32 }) {
      throw .name(token.name, problem: "has no gradient: its elements are numbers of tokens")
    }
    return inputs.map(\.id)
  }

  /// The shown results that depend on some values.
  func values(dependingOn sources: [ValueID]) -> [ValueID] {
    var known = Set(sources)
    for node in model.graph.nodes where node.inputs.contains(where: known.contains) {
      known.formUnion(node.outputs)
    }
    return nodes.map(\.outputs[0]).filter { known.contains($0) && $0 != model.objective }
  }

  /// The shape of a value as it is written.
  func shape(_ type: ValueType, samples: Int) -> Shape {
    Shape((isBatch && type.isPerSample ? [samples] : []) + type.shape.extents)
  }
}

extension ExpressionWriter {
  /// The equation of a node's first result.
  fileprivate func forward(_ node: Node) -> Equation? {
    let value = node.outputs[0]
    guard let symbol = notation[value] else { return nil }
    return Equation(
      subject: .value(value, symbol), value: value, target: value, steps: [],
      result: definition(value),
      shape: notation.shape(graph.type(of: value), samples: samples), rule: "", showsSteps: false)
  }
}
