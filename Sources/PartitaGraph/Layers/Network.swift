internal import PartitaKeys

extension Graph {
  /// Appends a network: opens a layer for each description and appends its nodes.
  ///
  /// Parameters are named `<layer>.weight`, `<layer>.bias`, inside of blocks with dots as PyTorch
  /// does (`block1.attention.qkv.weight`), and start as PyTorch's layers do, but embeddings start
  /// as N(0, 0.02²) (GPT-2): N(0, 1) makes the first logits of a tied head enormous. Dropout while
  /// training reads the variables `sampleIndex` and `step`.
  ///
  /// - Parameters:
  ///   - layers: the layers, each after those that it reads.
  ///   - input: the data, which layers call `input`.
  ///   - mode: whether dropout drops.
  ///   - seed: what dropout's random numbers are keyed by, with the layer's name.
  ///   - classes: the classes of the data's labels, of a text the different tokens: what an
  ///     embedding without a vocabulary of its own takes.
  /// - Returns: the result of the last layer.
  /// - Throws: `GraphError` that names the layer; the graph is then as it was.
  public mutating func buildNetwork(
    _ layers: [LayerDescription], on input: ValueID, mode: NetworkMode, seed: UInt64,
    classes: Int? = nil
  ) throws(GraphError) -> ValueID {
    let sources = try sourcesOfLayers(layers)
    var builder = NetworkBuilder(graph: self, mode: mode, seed: seed, classes: classes)
    var results = [LayerDescription.dataName: input]
    var last = input
    for (layer, names) in zip(layers, sources) {
      try builder.graph.beginLayer(layer.name)
      last = try layer.kind.build(
        layer.name, on: names.compactMap { results[$0] }, in: &builder)
      results[layer.name] = last
    }
    self = builder.graph
    return last
  }
}

/// The names that each layer reads, once every rule that needs no shapes is known to hold.
private func sourcesOfLayers(_ layers: [LayerDescription]) throws(GraphError) -> [[String]] {
  guard let final = layers.last else { throw .model(problem: "a network needs a layer") }
  var known = [LayerDescription.dataName]
  var isKnown = Set(known)
  var read: Set<String> = []
  var sources: [[String]] = []
  for layer in layers {
    guard !isKnown.contains(layer.name) else {
      throw .name(
        layer.name,
        problem: layer.name == LayerDescription.dataName
          ? "this name stands for the data" : "two layers have this name")
    }
    let names = layer.inputs.isEmpty ? known.suffix(1) : layer.inputs
    for name in names where !isKnown.contains(name) {
      throw unknown(name, readBy: layer, known: known, all: layers)
    }
    let several = type(of: layer.kind).readsSeveral
    guard several ? names.count >= 2 : names.count == 1 else {
      throw .name(
        layer.name,
        problem: "reads \(several ? "two or more layers" : "one layer"), not \(names.count)")
    }
    sources.append(names)
    read.formUnion(names)
    known.append(layer.name)
    isKnown.insert(layer.name)
  }
  for layer in layers where layer.name != final.name && !read.contains(layer.name) {
    throw .name(layer.name, problem: "no layer reads this one, and it isn't the last")
  }
  return sources
}

private func unknown(
  _ name: String, readBy layer: LayerDescription, known: [String], all: [LayerDescription]
) -> GraphError {
  if all.contains(where: { $0.name == name }) {
    let problem =
      name == layer.name ? "reads itself" : "reads \(name.shortened()), which comes after it"
    return .name(layer.name, problem: "\(problem); a layer reads layers before it")
  }
  let nearest = nearestName(to: name, in: known).map { "; did you mean \($0)?" } ?? ""
  return .name(layer.name, problem: "reads \(name.shortened()), which is no layer\(nearest)")
}
