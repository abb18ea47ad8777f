public import PartitaGraph

extension LayerProfile.Bytes {
  /// What each layer of a model keeps and sends.
  ///
  /// Complexity: O(nodes + operands).
  /// - Parameter staged: the model with one stage for each layer.
  public static func all(of staged: StagedModel) -> [LayerProfile.Bytes] {
    let model = staged.model
    let graph = model.graph
    func bytes(_ value: ValueID) -> Int { graph.type(of: value).bytes(samples: 1) }
    func layer(of value: ValueID) -> Int? {
      graph[value].producer.map { graph.nodes[$0].layer } ?? firstReader[value]
    }
    var firstReader: [ValueID: Int] = [:]
    var keptForBackward: Set<ValueID> = []
    for node in graph.nodes where model.isLive[node.index] {
      guard let reader = node.layer else { continue }
      for input in node.inputs {
        if firstReader[input] == nil { firstReader[input] = reader }
        guard model.passes[node.index] == .backward, graph.type(of: input).isPerSample else {
          continue
        }
        let isForward = graph[input].producer.map { model.passes[$0] == .forward } ?? true
        if isForward { keptForBackward.insert(input) }
      }
    }
    var (stash, leaving) = (
      Array(repeating: 0, count: staged.stages.count),
      Array(repeating: 0, count: staged.stages.count)
    )
    for value in keptForBackward {
      if let layer = layer(of: value) { stash[layer] += bytes(value) }
    }
    for value in Set(staged.edges.filter { $0.kind == .activation }.map(\.value)) {
      if let layer = layer(of: value) { leaving[layer] += bytes(value) }
    }
    return staged.stages.map { stage in
      let owned = stage.parameters.filter { model.owner(of: $0) == stage.index }
      let states = stage.assignments.map(\.variable).filter { !graph[$0].isParameter }
      return LayerProfile.Bytes(
        parameters: owned.reduce(0) { $0 + bytes($1) },
        gradients: stage.contributions.reduce(0) { $0 + bytes($1) },
        state: states.reduce(0) { $0 + bytes($1) },
        leavingPerSample: leaving[stage.index], stashPerSample: stash[stage.index])
    }
  }
}

extension StagedModel {
  /// The model with one stage for each layer: what a profile is made of.
  /// - Throws: `GraphError` for a model whose layers are in no order that can be cut.
  public init(layersOf model: ModelGraph) throws(GraphError) {
    let count = model.graph.layers.count
    try self.init(model, stageOfLayer: Array(0..<count), stageCount: count)
  }
}
