public import PartitaGraph
public import PartitaPlan

/// What passes between the units of a cut model, value by value: from it the pipeline of every coarser
/// cut follows.
public struct LayerCut: Sendable {
  /// A value on its way from one stage to another: what is sent once.
  struct Passage: Hashable {
    let kind: PartitaGraph.Edge.Kind
    let value: ValueID
    let from, to: Int
  }

  private let model: ModelGraph
  /// What passes, in graph order, and the value that each is.
  package let edges: [Pipeline.Edge]
  let values: [ValueID]
  /// Elements of each unit's gradients.
  package let gradientElements: [Int]
  /// The gradients of each unit, those by which replicas can share the update marked.
  private let gradients: [[GradientLayout.Entry]]
  /// Whether weights are updated.
  let isTraining: Bool
  /// The layers' names, in model order.
  package let names: [String]

  /// Reads a cut model.
  ///
  /// Complexity: O(edges + parameters).
  /// - Parameter staged: the model; to plan, with one stage for each layer.
  public init(_ staged: StagedModel) {
    let graph = staged.model.graph
    model = staged.model
    values = staged.edges.map(\.value)
    edges = staged.edges.map { edge in
      let (value, type) = (graph[edge.value], graph.type(of: edge.value))
      let name = value.name.isEmpty ? "\(edge.value)" : value.name
      let layer = value.producer.flatMap { graph.nodes[$0].layer }
      return Pipeline.Edge(
        edge.kind, from: edge.from, to: edge.to,
        name: name + (layer.map { " of layer \(graph.layers[$0].name)" } ?? ""),
        bytesPerSample: type.isPerSample ? type.bytes(samples: 1) : 0,
        bytes: type.isPerSample ? 0 : type.bytes(samples: 0))
    }
    gradientElements = staged.stages.map { GradientLayout($0, in: graph).count }
    gradients = staged.stages.indices.map {
      GradientLayout.entries(
        staged.stages[$0], in: graph, sharing: staged.sliceableUpdates(ofStage: $0))
    }
    isTraining = !staged.model.assignments.isEmpty
    names = graph.layers.map(\.name)
  }

  /// The layout of some units' gradients where replicas share the update.
  ///
  /// Complexity: O(gradients · log gradients).
  func sharedLayout(_ units: [Int]) -> GradientLayout {
    GradientLayout(units.flatMap { gradients[$0] })
  }

  /// Bytes of a microbatch's values that pass from the layers before a border to those behind it in F;
  /// each value once.
  ///
  /// Complexity: O(edges).
  package func bytes(over border: Int, samples: Int) -> Int {
    var passed: Set<ValueID> = []
    return edges.indices.reduce(0) { sum, index in
      let edge = edges[index]
      guard edge.kind == .activation, edge.from < border, border <= edge.to,
        passed.insert(values[index]).inserted
      else { return sum }
      return sum + edge.bytesPerSample * samples + edge.bytes
    }
  }

  /// The pipeline of a plan, where this is the cut between all layers.
  ///
  /// Complexity: O(edges); with recomputed layers O(nodes · stages), for what R repeats depends on the
  /// borders of stages.
  /// - Throws: `GraphError` for a plan that the model can't be cut by.
  public func pipeline(of plan: Plan) throws(GraphError) -> Pipeline {
    guard !plan.recomputed.isEmpty else {
      return Pipeline(
        self, stageOfLayer: plan.stageOfLayer, sharingUpdate: plan.shardsUpdate(ofStage:))
    }
    return Pipeline(
      try StagedModel(
        model, stageOfLayer: plan.stageOfLayer, stageCount: plan.stages.count,
        recomputed: plan.recomputed), sharingUpdate: plan.shardsUpdate(ofStage:))
  }
}
