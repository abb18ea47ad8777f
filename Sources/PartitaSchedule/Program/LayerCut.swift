public import PartitaGraph

/// What passes between the units of a cut model, value by value: from it the pipeline of every coarser
/// cut follows.
public struct LayerCut: Sendable {
  /// A value on its way from one stage to another: what is sent once.
  struct Passage: Hashable {
    let kind: PartitaGraph.Edge.Kind
    let value: ValueID
    let from, to: Int
  }

  /// What passes, in graph order, and the value that each is.
  package let edges: [Pipeline.Edge]
  let values: [ValueID]
  /// Elements of each unit's gradients.
  package let gradientElements: [Int]
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
    isTraining = !staged.model.assignments.isEmpty
    names = graph.layers.map(\.name)
  }
}
