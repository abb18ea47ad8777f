internal import PartitaGraph

/// A network on paper: a layer for each node, with costs alone.
struct PaperNetwork {
  /// The layers.
  let layers: [LayerDescription]
  /// Numbers of a sample that the last layer makes.
  let outputs: Int

  /// Draws up layers for all that a network costs.
  init(_ costs: [LayerCosts]) {
    var read = Set<Int>()
    var layers = costs.map { cost in
      let layer = PaperLayer(
        operation: cost.operation, elements: cost.numbers, operations: cost.operations,
        weights: cost.weights.map { PaperLayer.Weight(name: $0.name, elements: $0.elements) })
      read.formUnion(cost.sources.compactMap { $0 })
      let sources = cost.sources.map { $0.map { costs[$0].name } ?? LayerDescription.dataName }
      return sources.count > 1
        ? LayerDescription(cost.name, PaperJoin(layer: layer), inputs: sources)
        : LayerDescription(
          cost.name, layer, inputs: sources.isEmpty ? [LayerDescription.dataName] : sources)
    }
    let ends = costs.indices.filter { !read.contains($0) }
    let outputs = ends.reduce(0) { $0 + costs[$1].numbers }
    if ends.count > 1 {
      let layer = PaperLayer(
        operation: PaperJoin.operation, elements: outputs, operations: 0, weights: [])
      layers.append(
        LayerDescription(
          "outputs", PaperJoin(layer: layer), inputs: ends.map { costs[$0].name }))
    }
    self.layers = layers
    self.outputs = outputs
  }
}

extension LayerCosts {
  /// Numbers of 4 bytes that hold a sample's results.
  var numbers: Int { max(1, (bytes + 3) / 4) }
}
