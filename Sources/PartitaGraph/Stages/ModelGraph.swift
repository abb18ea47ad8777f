/// A network with its objective, and for training its gradients and updates: what a plan cuts.
///
/// Everything is decided here, before any rank starts: all shapes, all orders of sums.
public struct ModelGraph: Sendable {
  /// The whole computation.
  public let graph: Graph
  /// What the network says of a sample.
  public let outputs: ValueID
  /// L, a shared Float64 scalar.
  public let loss: ValueID
  /// J = L + s, a shared Float64 scalar; L itself where nothing is decayed.
  public let objective: ValueID
  /// The number of right answers, a shared Float64 scalar, where labels are classes and a step isn't a product
  /// of the Hessian.
  public let correctCount: ValueID?
  /// The squared norm of all gradients, where they are clipped.
  public let squaredGradientNorm: ValueID?
  /// dJ/dW for each parameter; empty without training.
  public let gradients: [ValueID: ValueID]
  /// The new values of parameters, states and running values at the end of a step, or of directions;
  /// empty for evaluation.
  public let assignments: [Assignment]
  /// When each node runs.
  public let passes: [Pass]
  /// Whether the host is told the outputs of each sample: of a network that is asked, not trained.
  public let tellsOutputs: Bool
  /// Whether anything that is asked for depends on the node.
  public let isLive: [Bool]

  /// Closes a graph over a network's outputs.
  ///
  /// - Parameters:
  ///   - graph: the network; its last layer is open and takes the loss.
  ///   - outputs: what the network says of a sample.
  ///   - objective: what is minimised.
  ///   - optimizer: how; nil for evaluation alone.
  ///   - tellsOutputs: whether the host is told what the network says of each sample.
  /// - Throws: `GraphError` where labels don't fit the outputs, or samples are mixed.
  public init(
    _ graph: Graph, outputs: ValueID, objective: Objective, optimizer: Optimizer?,
    tellsOutputs: Bool = false
  ) throws(GraphError) {
    try self.init(
      graph, outputs: outputs, objective: objective, tellsOutputs: tellsOutputs
    ) { (graph, values) throws(GraphError) in
      guard let optimizer else { return StepEnd() }
      let gradients = try graph.differentiate(
        values.objective, withRespectTo: graph.parameters)
      var updates = try graph.appendUpdates(optimizer, gradients: gradients, objective: objective)
      updates.assignments += try graph.appendRunningUpdates(sampleWeight: values.sampleWeight)
      return StepEnd(
        gradients: gradients, assignments: updates.assignments, squaredNorm: updates.squaredNorm)
    }
  }

  /// Closes a graph with products of the Hessian of J and a vector, in place of a training step.
  ///
  /// The vector's part for each parameter is a variable of the role `.direction`, called
  /// `<parameter>.direction`; at the end of a step it holds the product's part.
  /// - Parameters:
  ///   - graph: the network; its last layer is open and takes the loss.
  ///   - outputs: what the network says of a sample.
  ///   - objective: J.
  /// - Throws: `GraphError` where labels don't fit the outputs, samples are mixed, or an operator's
  ///   gradient has no gradient.
  public init(
    curvatureOf graph: Graph, outputs: ValueID, objective: Objective
  ) throws(GraphError) {
    try self.init(graph, outputs: outputs, objective: objective, tellsOutputs: false) {
      (graph, values) throws(GraphError) in
      var directions: [ValueID: ValueID] = [:]
      for parameter in graph.parameters {
        let name = Self.direction(of: graph[parameter].name)
        directions[parameter] = try graph.variable(name, graph.type(of: parameter), .direction)
      }
      let (gradients, products) = try graph.hessianProduct(
        of: values.objective, along: directions)
      var assignments: [Assignment] = []
      for (parameter, direction) in directions.sorted(by: { $0.key < $1.key }) {
        let product = try graph.product(products[parameter], of: parameter, along: direction)
        assignments.append(Assignment(variable: direction, value: product))
      }
      return StepEnd(gradients: gradients, assignments: assignments, isJudged: false)
    }
  }

  /// The name of the variable that holds a vector's part for a parameter.
  public static func direction(of parameter: String) -> String { "\(parameter).direction" }

  /// What follows the objective in a graph that does more than evaluate.
  private struct StepEnd {
    var gradients: [ValueID: ValueID] = [:]
    var assignments: [Assignment] = []
    var squaredNorm: ValueID?
    /// Whether right answers are counted.
    var isJudged = true
  }

  private init(
    _ graph: Graph, outputs: ValueID, objective: Objective, tellsOutputs: Bool,
    end: (inout Graph, ObjectiveValues) throws(GraphError) -> StepEnd
  ) throws(GraphError) {
    var graph = graph
    let values = try graph.appendObjective(objective, on: outputs)
    let end = try end(&graph, values)
    let correctCount = end.isJudged ? values.correctCount : nil
    self.isLive = graph.isNeeded(
      for: Self.asked(values.loss, correctCount, values.objective, end.assignments))
    self.passes = try graph.passes(live: isLive)
    self.graph = graph
    self.outputs = outputs
    self.tellsOutputs = tellsOutputs
    self.loss = values.loss
    self.objective = values.objective
    self.correctCount = correctCount
    self.squaredGradientNorm = end.squaredNorm
    self.gradients = end.gradients
    self.assignments = end.assignments
  }

  /// The same computation with factors of products, and what is kept and sent, in another precision.
  ///
  /// Complexity: O(nodes + operands).
  /// - Throws: `GraphError` where an operator of another package doesn't take what it says it does.
  public func rounded(to precision: Precision) throws(GraphError) -> ModelGraph {
    guard precision == .bfloat16 else { return self }
    return try ModelGraph(self, roundedTo: RoundedGraph(graph, passes: passes))
  }

  private init(_ model: ModelGraph, roundedTo rounded: RoundedGraph) throws(GraphError) {
    func number(_ value: ValueID) -> ValueID { rounded.numbers[value.index] }
    graph = rounded.graph
    outputs = number(model.outputs)
    loss = number(model.loss)
    objective = number(model.objective)
    correctCount = model.correctCount.map(number)
    squaredGradientNorm = model.squaredGradientNorm.map(number)
    gradients = Dictionary(
      uniqueKeysWithValues: model.gradients.map { (number($0.key), number($0.value)) })
    assignments = model.assignments.map {
      Assignment(variable: number($0.variable), value: number($0.value))
    }
    tellsOutputs = model.tellsOutputs
    isLive = graph.isNeeded(for: Self.asked(loss, correctCount, objective, assignments))
    passes = try graph.passes(live: isLive)
  }

  /// What somebody asks for.
  private static func asked(
    _ loss: ValueID, _ correctCount: ValueID?, _ objective: ValueID, _ assignments: [Assignment]
  ) -> [ValueID] {
    [loss] + (correctCount.map { [$0] } ?? []) + (assignments.isEmpty ? [] : [objective])
      + assignments.map(\.value)
  }

  /// The answers that a sample gives: one for each row of outputs.
  public var answersPerSample: Int { graph.type(of: outputs).shape.rows }

  /// The layer that owns a parameter or a running value: the first that reads it.
  public func owner(of weight: ValueID) -> Int? { graph.owner(of: weight) }
}
