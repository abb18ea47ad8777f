internal import PartitaGraph

extension DiagramBuilder {
  /// Appends a node for each layer, in place of its operators and values: for graphs that are too large
  /// to be read otherwise.
  mutating func drawLayers() {
    let graph = model.graph
    var places: [Int: Int] = [:]
    var boxes: [ValueID: Int] = [:]
    let ofLayers = layersDrawn
    for (layer, nodes) in ofLayers {
      var sources: [(place: Int, name: String)] = []
      for input in nodes.flatMap(\.inputs) {
        let value = graph[input]
        if value.role == .input || value.role == .label {
          let box = boxes[input] ?? appendBox(input, layer: layer)
          boxes[input] = box
          sources.append((box, symbol(input)))
        } else if let maker = value.isParameter
          ? model.owner(of: input) : value.producer.flatMap({ graph.nodes[$0].layer }),
          maker != layer, let place = places[drawn.folding.shown(maker)]
        {
          sources.append((place, graph.layers[drawn.folding.shown(maker)].name))
        }
      }
      let place = appendLayer(layer, nodes, reads: sources.map(\.name))
      places[layer] = place
      for (index, source) in sources.enumerated()
      where !sources[..<index].contains(where: { $0.place == source.place }) {
        connect(
          source.place, to: place, isMain: source.place == sources.map(\.place).max())
      }
    }
    let last = graph[model.loss].producer.flatMap { graph.nodes[$0].layer }
    if let last, let place = places[drawn.folding.shown(last)] {
      connect(place, to: appendBox(model.loss, layer: last), isMain: true)
    }
    drawGroups()
    drawCut()
    addNotes()
  }

  /// The layers that are drawn, with their nodes that run for each microbatch.
  private var layersDrawn: [(layer: Int, nodes: [Node])] {
    let graph = model.graph
    var ofLayer: [Int: [Node]] = [:]
    for node in graph.nodes where drawn.isNeeded[node.index] && !drawn.isOnce(node) {
      guard let layer = node.layer, drawn.folding.shown(layer) == layer else { continue }
      ofLayer[layer, default: []].append(node)
    }
    return ofLayer.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  private mutating func appendLayer(_ layer: Int, _ nodes: [Node], reads: [String]) -> Int {
    let graph = model.graph
    var names: [String] = []
    for name in nodes.map(\.op.name) where !names.contains(name) { names.append(name) }
    let result = nodes.last { graph.type(of: $0.outputs[0]).isPerSample }?.outputs[0]
    let weights = graph.parameters.filter { model.owner(of: $0) == layer }
    let fact = DrawnFact(
      name: graph.layers[layer].name, what: names.joined(separator: ", "),
      layer: graph.layers[layer].name, shape: result.map { "\(graph.type(of: $0))" } ?? "",
      flops: nodes.reduce(0) { sum, node in
        sum
          + node.op.flops(
            inputs: node.inputs.map(graph.type), outputs: node.outputs.map(graph.type),
            samples: request.samples)
      },
      bytes: weights.reduce(0) { $0 + graph.type(of: $1).bytes(samples: 0) },
      neighbours: reads.reduce(into: []) { if !$0.contains($1) { $0.append($1) } })
    let lines = [
      "\(fact.name): \(fact.what)", "hands on \(fact.shape)",
      "\(NumberText.bytes(fact.bytes ?? 0)) of weights",
      "\(NumberText.count(fact.flops ?? 0)) FLOP",
      "reads \(fact.neighbours.joined(separator: ", "))",
    ]
    let name = fact.name.count > 26 ? fact.name.prefix(25) + "…" : fact.name[...]
    return append(
      Diagram.Node(
        name: fact.name, label: String(name), form: .layer, tip: lines.joined(separator: "\n"),
        section: sectionOfLayer[layer]), fact, layer: layer)
  }

  private mutating func appendBox(_ id: ValueID, layer: Int) -> Int {
    let fact = fact(of: id, layer: layer)
    return append(
      Diagram.Node(
        name: "value \(symbol(id))", label: LabelText.lowered(symbol(id)), form: .variable,
        tip: fact.words, section: sectionOfLayer[layer]), fact, layer: layer)
  }
}
