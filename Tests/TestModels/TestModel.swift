public import PartitaGraph

/// A small network with all that training it needs: what plans, programs, devices and the runtime
/// are tested with.
public struct TestModel: Sendable, CustomStringConvertible {
  /// What tests call it.
  public let description: String
  /// The layers.
  public var layers: [LayerDescription]
  /// The type of the data.
  public let input: ValueType
  /// Classes of labels, and of tokens where the data are tokens.
  public let classes: Int
  /// What is minimised.
  public var objective: Objective
  /// How.
  public var optimizer: Optimizer
  /// The step size.
  public var learningRate: Double

  /// Describes a model.
  public init(
    _ description: String, _ layers: [LayerDescription], input: ValueType, classes: Int,
    objective: Objective = Objective(loss: .crossEntropy, weightDecay: 1e-3),
    optimizer: Optimizer = Optimizer(.sgd(momentum: 0.9, nesterov: false)),
    learningRate: Double = 0.1
  ) {
    self.description = description
    self.layers = layers
    self.input = input
    self.classes = classes
    self.objective = objective
    self.optimizer = optimizer
    self.learningRate = learningRate
  }

  /// The layers' names, in order.
  public var layerNames: [String] { layers.map(\.name) }

  /// The network with objective, gradients and updates.
  public func training() throws(GraphError) -> ModelGraph { try model(.training) }

  /// The network with its loss alone.
  public func evaluation() throws(GraphError) -> ModelGraph { try model(.prediction) }

  /// The network with objective, gradients and products of the Hessian.
  public func products() throws(GraphError) -> ModelGraph {
    let (graph, outputs) = try network(.curvature)
    return try ModelGraph(curvatureOf: graph, outputs: outputs, objective: objective)
  }

  /// The same model under another optimizer.
  public func with(_ optimizer: Optimizer) -> TestModel {
    var model = self
    model.optimizer = optimizer
    return model
  }

  private func model(_ mode: NetworkMode) throws(GraphError) -> ModelGraph {
    let (graph, outputs) = try network(mode)
    return try ModelGraph(
      graph, outputs: outputs, objective: objective,
      optimizer: mode == .training ? optimizer : nil)
  }

  private func network(
    _ mode: NetworkMode
  ) throws(GraphError) -> (graph: Graph, outputs: ValueID) {
    var graph = Graph()
    let data = try graph.variable("input", input, .input)
    let outputs = try graph.buildNetwork(layers, on: data, mode: mode, seed: 7)
    return (graph, outputs)
  }
}
