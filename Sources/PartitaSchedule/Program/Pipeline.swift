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

    /// The same between two other stages.
    func between(_ from: Int, _ to: Int) -> Edge {
      Edge(kind, from: from, to: to, name: name, bytesPerSample: bytesPerSample, bytes: bytes)
    }
  }

  /// The number of stages.
  public let stageCount: Int
  /// What passes between them.
  public let edges: [Edge]
  /// Elements of each stage's gradients, as they lie one behind the other.
  public let gradientElements: [Int]
  /// Of them, those at the start that each of a stage's replicas updates its share of; nil where no
  /// stage's replicas share the update.
  public let shardedElements: [Int]?
  /// Whether weights are updated; if not, there is nothing but forward.
  public let isTraining: Bool
  /// The layers' names, in model order.
  public let layers: [String]
  /// What is computed again; nil where nothing is, or no model says.
  public let recomputation: Recomputation?

  /// What passes between the stages of a cut model, and how many elements their gradients have.
  ///
  /// Complexity: O(edges + parameters).
  /// - Parameters:
  ///   - staged: the cut model.
  ///   - shares: whether the replicas of a stage share its update.
  public init(_ staged: StagedModel, sharingUpdate shares: (Int) -> Bool = { _ in false }) {
    self.init(
      LayerCut(staged), stageOfLayer: Array(staged.stages.indices), sharingUpdate: shares,
      recomputation: Recomputation(staged))
  }

  /// What passes between stages that each hold some layers of a model.
  ///
  /// The same as of the model cut so, without cutting its graph again: whoever tries thousands of
  /// cuts asks here.
  /// Complexity: O(edges of the layers).
  /// - Parameters:
  ///   - layers: the model, cut between its layers.
  ///   - stageOfLayer: for each of its layers the stage, from 0 on without a gap.
  ///   - shares: whether the replicas of a stage share its update.
  public init(
    _ layers: LayerCut, stageOfLayer: [Int],
    sharingUpdate shares: (Int) -> Bool = { _ in false }
  ) {
    self.init(
      layers, stageOfLayer: stageOfLayer, sharingUpdate: shares, recomputation: nil)
  }

  private init(
    _ layers: LayerCut, stageOfLayer: [Int], sharingUpdate shares: (Int) -> Bool,
    recomputation: Recomputation?
  ) {
    var edges: [Edge] = []
    var seen: Set<LayerCut.Passage> = []
    for (value, edge) in zip(layers.values, layers.edges) {
      let (from, to) = (stageOfLayer[edge.from], stageOfLayer[edge.to])
      let passage = LayerCut.Passage(kind: edge.kind, value: value, from: from, to: to)
      guard from != to, seen.insert(passage).inserted else { continue }
      edges.append(edge.between(from, to))
    }
    var gradientElements = Array(repeating: 0, count: (stageOfLayer.max() ?? -1) + 1)
    for (stage, elements) in zip(stageOfLayer, layers.gradientElements) {
      gradientElements[stage] += elements
    }
    var sharded = Array(repeating: 0, count: gradientElements.count)
    for stage in sharded.indices where layers.isTraining && shares(stage) {
      let layout = layers.sharedLayout(stageOfLayer.indices.filter { stageOfLayer[$0] == stage })
      (gradientElements[stage], sharded[stage]) = (layout.count, layout.shardedCount)
    }
    self.init(
      stageCount: gradientElements.count, edges: edges, gradientElements: gradientElements,
      shardedElements: sharded.contains { $0 > 0 } ? sharded : nil, isTraining: layers.isTraining,
      layers: layers.names, recomputation: recomputation)
  }

  /// A chain of stages that pass one value down and its gradient up: a pipeline without a model.
  ///
  /// - Parameters:
  ///   - stages: how many; each counts as one layer.
  ///   - bytes: bytes of what passes between two of them, for a microbatch of one sample.
  ///   - gradientElements: elements of each stage's gradients.
  ///   - isTraining: whether there is a backward pass.
  ///   - shares: whether the replicas of a stage share its update.
  public static func chain(
    stages: Int, bytes: Int = 0, gradientElements: Int = 0, isTraining: Bool = true,
    sharingUpdate shares: (Int) -> Bool = { _ in false }
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
      gradientElements: Array(repeating: gradientElements, count: stages),
      shardedElements: (0..<stages).contains(where: shares)
        ? (0..<stages).map { shares($0) ? gradientElements : 0 } : nil, isTraining: isTraining,
      layers: (0..<stages).map { "stage \($0)" })
  }

  init(
    stageCount: Int, edges: [Edge], gradientElements: [Int], shardedElements: [Int]? = nil,
    isTraining: Bool, layers: [String], recomputation: Recomputation? = nil
  ) {
    self.stageCount = stageCount
    self.edges = edges
    self.gradientElements = gradientElements
    self.shardedElements = shardedElements
    self.isTraining = isTraining
    self.layers = layers
    self.recomputation = recomputation
  }
}
