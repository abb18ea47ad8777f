internal import PartitaGraph

/// Layers one behind the other, as a `torch.nn.Sequential`: weights go by the places of its modules.
struct TorchSequence {
  let module: String
  let names: [String: [String]]

  /// Nil where the layers aren't a chain, or torch.nn hasn't one of them.
  init?(_ layers: [LayerDescription], in graph: Graph, weights: [String], shapes: [String: Shape]) {
    var modules: [String] = []
    var names: [String: [String]] = [:]
    var before = LayerDescription.dataName
    guard var input = graph.values.first(where: { $0.role == .input })?.type.shape else {
      return nil
    }
    let results = graph.resultShapes
    for layer in layers {
      let place = TorchPlace(layer: layer.name, input: input, shapes: shapes)
      guard let kind = layer.kind as? any TorchLayer,
        layer.inputs.isEmpty || layer.inputs == [before], let own = kind.torchModules(place)
      else { return nil }
      let start = "\(layer.name)."
      for weight in weights where weight.hasPrefix(start) {
        let part = weight.dropFirst(start.count)
        if !part.contains(".") { names[weight, default: []].append("\(modules.count).\(part)") }
      }
      if let owner = kind.tied { names["\(owner).weight"]?.append("\(modules.count).weight") }
      modules += own
      before = layer.name
      input = results[layer.name] ?? input
    }
    guard Set(names.keys) == Set(weights) else { return nil }
    self.names = names
    module = "torch.nn.Sequential(\(modules.map { "torch.nn.\($0)" }.joined(separator: ", ")))"
  }
}

extension Graph {
  /// The shape of what each layer makes of a sample, by the layer's name; a layer without nodes passes
  /// on what it reads.
  fileprivate var resultShapes: [String: Shape] {
    var shapes: [String: Shape] = [:]
    for node in nodes where !node.isBackward {
      if let layer = node.layer { shapes[layers[layer].name] = type(of: node.outputs[0]).shape }
    }
    return shapes
  }
}

/// Where a layer stands: what it reads, and the shapes of all weights.
struct TorchPlace {
  let layer: String
  /// The shape of a sample.
  let input: Shape
  let shapes: [String: Shape]

  /// The shape of a weight of the layer, or of another one.
  func shape(_ part: String, of other: String? = nil) -> Shape? {
    shapes["\(other ?? layer).\(part)"]
  }
}

/// A layer that torch.nn has, as one module or a few.
protocol TorchLayer: LayerKind {
  /// The modules in Python, without torch.nn; the one with the weights first. Nil where these measures
  /// have none.
  func torchModules(_ place: TorchPlace) -> [String]?
}
