internal import PartitaGraph

extension DiagramBuilder {
  /// A name below each layer, a frame about layers that repeat.
  mutating func drawGroups() {
    let graph = model.graph
    var ofLayer: [Int: [Int]] = [:]
    for (index, layer) in layerOf.enumerated() {
      guard let layer, diagram.nodes[index].section != nil else { continue }
      ofLayer[layer, default: []].append(index)
    }
    for layer in ofLayer.keys.sorted() {
      let operators = (ofLayer[layer] ?? []).filter { diagram.nodes[$0].form == .operation }
      guard !operators.isEmpty else { continue }
      addBand(Diagram.Group(label: graph.layers[layer].name, nodes: operators))
    }
    for run in drawn.folding.runs {
      let nodes = (run.first..<run.first + run.period).flatMap { ofLayer[$0] ?? [] }
      let last = run.first + run.period * run.count - 1
      addFrame(
        Diagram.Group(
          label: "× \(run.count): \(graph.layers[run.first].name) … \(graph.layers[last].name)",
          nodes: nodes.sorted()))
    }
  }

  /// A line where a stage ends, with the bytes that cross it.
  mutating func drawCut() {
    guard let cut = request.cut else { return }
    let graph = model.graph
    let found = cut.edges.map { edge in
      let isOfStep = edge.kind == .parameter || edge.kind == .contribution
      return StageCrossing(
        words: words(edge, of: cut),
        kind: edge.kind, from: edge.from, to: edge.to,
        bytes: graph.type(of: edge.value).bytes(samples: isOfStep ? 0 : request.samples))
    }
    for stage in cut.stages.dropFirst() {
      guard
        let section = zip(diagram.nodes, layerOf).compactMap({ node, layer in
          layer.map { stageOfLayer[$0] == stage.index ? node.section : nil } ?? nil
        }).min()
      else { continue }
      func bytes(_ kind: Edge.Kind) -> Int {
        found.filter {
          $0.kind == kind && min($0.from, $0.to) < stage.index && max($0.from, $0.to) >= stage.index
        }.reduce(0) { $0 + $1.bytes }
      }
      var words = ["\(NumberText.bytes(bytes(.activation))) →"]
      if bytes(.gradient) > 0 { words.append("← \(NumberText.bytes(bytes(.gradient)))") }
      let step = bytes(.parameter) + bytes(.contribution)
      if step > 0 { words.append("↔ \(NumberText.bytes(step)) a step") }
      addBorder(Diagram.Border(before: section, words: words), found)
    }
  }

  /// What travels, as a person says it.
  private func words(_ edge: Edge, of cut: StagedModel) -> String {
    switch edge.kind {
    case .activation: symbol(edge.value)
    case .gradient: gradientWords(edge, of: cut)
    case .contribution: "a share of a weight's gradient"
    case .parameter: "\(symbol(edge.value)), new"
    }
  }

  /// Where one value alone goes there and one gradient comes back, it is that value's. Of several some are
  /// parts of sums, which another stage goes on with.
  private func gradientWords(_ edge: Edge, of cut: StagedModel) -> String {
    let there = cut.edges.filter {
      $0.kind == .activation && $0.from == edge.to && $0.to == edge.from
    }
    let back = cut.edges.filter {
      $0.kind == .gradient && $0.from == edge.from && $0.to == edge.to
    }
    guard there.count == 1, back.count == 1 else { return "a gradient" }
    return "dJ/d\(symbol(there[0].value))"
  }

  /// What a reader of the drawing needs to know.
  mutating func addNotes() {
    var notes = [
      request.showsLayers
        ? "Round boxes are layers; s isn't drawn." : "Boxes are values, circles operators."
    ]
    if request.showsGradients, !request.showsLayers {
      notes.append("Orange: the gradient of J with respect to each value, and the chain rule back.")
    }
    if !drawn.decayed.isEmpty, !request.showsLayers {
      notes.append("Thick frames: weights that count in s.")
    }
    if request.cut != nil {
      notes.append(
        "Colours are stages; red lines are cuts, with the bytes of a microbatch of "
          + "\(request.samples) samples.")
    }
    setNotes(notes)
  }
}

extension DrawnFact {
  /// All of it, a line each.
  var words: String {
    let place = layer.isEmpty ? "" : " in \(layer)"
    var lines = [shape.isEmpty ? what + place : "\(name)\(place): \(what)"]
    if !shape.isEmpty { lines.append("shape \(shape)") }
    if let bytes { lines.append(NumberText.bytes(bytes)) }
    if let flops { lines.append("\(NumberText.count(flops)) FLOP") }
    if !neighbours.isEmpty {
      let many = neighbours.count > 6
      lines.append(
        (shape.isEmpty ? "reads " : "read by ") + neighbours.prefix(6).joined(separator: ", ")
          + (many ? ", and \(neighbours.count - 6) more" : ""))
    }
    return lines.joined(separator: "\n")
  }
}
