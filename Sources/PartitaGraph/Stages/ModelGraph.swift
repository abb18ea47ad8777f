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
  /// The number of right answers, a shared Float64 scalar, where labels are classes.
  public let correctCount: ValueID?
  /// The squared norm of all gradients, where they are clipped.
  public let squaredGradientNorm: ValueID?
  /// dJ/dW for each parameter; empty without training.
  public let gradients: [ValueID: ValueID]
  /// The new values of parameters, states and running values at the end of a step; empty without training.
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
    var graph = graph
    let values = try graph.appendObjective(objective, on: outputs)
    var updates: (assignments: [Assignment], squaredNorm: ValueID?) = ([], nil)
    var gradients: [ValueID: ValueID] = [:]
    if let optimizer {
      gradients = try graph.differentiate(
        values.objective, withRespectTo: graph.parameters)
      updates = try graph.appendUpdates(optimizer, gradients: gradients, objective: objective)
      updates.assignments += try graph.appendRunningUpdates(sampleWeight: values.sampleWeight)
    }
    self.passes = try graph.passes()
    self.isLive = graph.isNeeded(
      for: [values.loss] + (values.correctCount.map { [$0] } ?? [])
        + (optimizer == nil ? [] : [values.objective]) + updates.assignments.map(\.value))
    self.graph = graph
    self.outputs = outputs
    self.tellsOutputs = tellsOutputs
    self.loss = values.loss
    self.objective = values.objective
    self.correctCount = values.correctCount
    self.squaredGradientNorm = updates.squaredNorm
    self.gradients = gradients
    self.assignments = updates.assignments
  }

  /// The answers that a sample gives: one for each row of outputs.
  public var answersPerSample: Int { graph.type(of: outputs).shape.rows }

  /// The layer that owns a parameter or a running value: the first that reads it.
  public func owner(of weight: ValueID) -> Int? { graph.owner(of: weight) }
}
