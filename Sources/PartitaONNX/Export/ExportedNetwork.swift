public import PartitaGraph

/// A trained network as it is to be written: what it computes, its weights, and what it is given.
public struct ExportedNetwork: Sendable {
  /// A weight's shape and its elements, in row-major order.
  public struct Weight: Hashable, Sendable {
    /// The extents, slowest first.
    public let shape: [Int]
    /// The elements.
    public let values: [Float]

    /// A weight of these elements.
    public init(shape: [Int], values: [Float]) {
      self.shape = shape
      self.values = values
    }
  }

  /// The graph for prediction; what the outputs don't need isn't written.
  public let graph: Graph
  /// What the network says of a sample.
  public let outputs: ValueID
  /// The weights by the names of their variables; those that the outputs don't need aren't written.
  public let weights: [String: Weight]
  /// What it is given.
  public let input: InputForm
  /// Whether the outputs become probabilities, by a softmax along their last axis.
  public let endsWithSoftmax: Bool

  /// A network to be written; nothing is checked yet.
  public init(
    graph: Graph, outputs: ValueID, weights: [String: Weight], input: InputForm,
    endsWithSoftmax: Bool = false
  ) {
    self.graph = graph
    self.outputs = outputs
    self.weights = weights
    self.input = input
    self.endsWithSoftmax = endsWithSoftmax
  }
}
