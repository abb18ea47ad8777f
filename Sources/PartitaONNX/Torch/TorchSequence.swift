internal import PartitaGraph

/// Layers one behind the other, as a `torch.nn.Sequential`: weights go by the places of its modules.
struct TorchSequence {
  let module: String
  let names: [String: [String]]

  /// Nil where the layers aren't a chain, or torch.nn hasn't one of them.
  init?(_ layers: [LayerDescription], weights: [String], shapes: [String: Shape]) {
    var modules: [String] = []
    var names: [String: [String]] = [:]
    var before = LayerDescription.dataName
    for layer in layers {
      guard let kind = layer.kind as? any TorchLayer,
        layer.inputs.isEmpty || layer.inputs == [before],
        let own = kind.torchModules(TorchWeights(layer: layer.name, shapes: shapes))
      else { return nil }
      let start = "\(layer.name)."
      for weight in weights where weight.hasPrefix(start) {
        let part = weight.dropFirst(start.count)
        if !part.contains(".") { names[weight, default: []].append("\(modules.count).\(part)") }
      }
      if let owner = kind.tied { names["\(owner).weight"]?.append("\(modules.count).weight") }
      modules += own
      before = layer.name
    }
    guard Set(names.keys) == Set(weights) else { return nil }
    self.names = names
    module = "torch.nn.Sequential(\(modules.map { "torch.nn.\($0)" }.joined(separator: ", ")))"
  }
}

/// The shapes of a network's weights, as one of its layers asks for them.
struct TorchWeights {
  let layer: String
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
  func torchModules(_ weights: TorchWeights) -> [String]?
}

extension Activation {
  /// The module.
  var torchModule: String {
    switch self {
    case .relu: "ReLU()"
    case .sigmoid: "Sigmoid()"
    case .tanh: "Tanh()"
    case .gelu: "GELU()"
    }
  }
}

/// How Python writes it.
func python(_ flag: Bool) -> String { flag ? "True" : "False" }
