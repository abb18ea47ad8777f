public import PartitaGraph

/// What a cut model looks like from outside: all that lowering, proof and prediction need to know
/// of it.
public struct Pipeline: Hashable, Sendable, Codable {
  /// A value that one stage makes and another reads.
  public struct Edge: Hashable, Sendable, Codable {
    /// What travels.
    public let kind: PartitaGraph.Edge.Kind
    /// The stage that makes it.
    public let from: Int
    /// The stage that reads it.
    public let to: Int
    /// Its name, for people.
    public let name: String
    /// Bytes for each sample of a microbatch.
    public let bytesPerSample: Int
    /// Bytes whatever the samples.
    public let bytes: Int

    package init(
      _ kind: PartitaGraph.Edge.Kind, from: Int, to: Int, name: String, bytesPerSample: Int = 0,
      bytes: Int = 0
    ) {
      self.kind = kind
      self.from = from
      self.to = to
      self.name = name
      self.bytesPerSample = bytesPerSample
      self.bytes = bytes
    }
  }

  /// The number of stages.
  public let stageCount: Int
  /// What passes between them.
  public let edges: [Edge]
  /// Elements of each stage's gradients, as they lie one behind the other.
  public let gradientElements: [Int]
  /// Whether weights are updated; if not, there is nothing but forward.
  public let isTraining: Bool
  /// The layers' names, in model order.
  public let layers: [String]

  /// What passes between the stages of a cut model, and how many elements their gradients have.
  ///
  /// Complexity: O(edges + parameters).
  public init(_ staged: StagedModel) {
    let graph = staged.model.graph
    stageCount = staged.stages.count
    isTraining = !staged.model.assignments.isEmpty
    layers = graph.layers.map(\.name)
    gradientElements = staged.stages.map { GradientLayout($0, in: graph).count }
    edges = staged.edges.map { edge in
      let (value, type) = (graph[edge.value], graph.type(of: edge.value))
      let name = value.name.isEmpty ? "\(edge.value)" : value.name
      let layer = value.producer.flatMap { graph.nodes[$0].layer }
      return Edge(
        edge.kind, from: edge.from, to: edge.to,
        name: name + (layer.map { " of layer \(graph.layers[$0].name)" } ?? ""),
        bytesPerSample: type.isPerSample ? type.bytes(samples: 1) : 0,
        bytes: type.isPerSample ? 0 : type.bytes(samples: 0))
    }
  }

  /// A chain of stages that pass one value down and its gradient up: a pipeline without a model.
  ///
  /// - Parameters:
  ///   - stages: how many; each counts as one layer.
  ///   - bytes: bytes of what passes between two of them, for a microbatch of one sample.
  ///   - gradientElements: elements of each stage's gradients.
  ///   - isTraining: whether there is a backward pass.
  public static func chain(
    stages: Int, bytes: Int = 0, gradientElements: Int = 0, isTraining: Bool = true
  ) -> Pipeline {
    var edges = (1..<max(stages, 1)).map {
      Edge(.activation, from: $0 - 1, to: $0, name: "output", bytesPerSample: bytes)
    }
    if isTraining {
      edges += (1..<max(stages, 1)).map {
        Edge(.gradient, from: $0, to: $0 - 1, name: "gradient", bytesPerSample: bytes)
      }
    }
    return Pipeline(
      stageCount: stages, edges: edges,
      gradientElements: Array(repeating: gradientElements, count: stages), isTraining: isTraining,
      layers: (0..<stages).map { "stage \($0)" })
  }

  init(
    stageCount: Int, edges: [Edge], gradientElements: [Int], isTraining: Bool, layers: [String]
  ) {
    self.stageCount = stageCount
    self.edges = edges
    self.gradientElements = gradientElements
    self.isTraining = isTraining
    self.layers = layers
  }
}
