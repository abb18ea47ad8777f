internal import PartitaGraph
internal import PartitaNotation

/// A model's graph on its way to a diagram.
struct DiagramBuilder {
  private(set) var diagram: Diagram
  private(set) var facts: [DrawnFact] = []
  private(set) var crossings: [StageCrossing] = []
  let notation: NetworkNotation
  let model: ModelGraph
  let request: GraphDrawing.Request
  let drawn: DrawnGraph
  /// For each layer its stage; empty for none.
  let stageOfLayer: [Int]
  /// For each layer its section.
  let sectionOfLayer: [Int]
  private var gradients: [ValueID: ValueID] = [:]
  /// The diagram's nodes of values and of operators.
  private var ofValue: [ValueID: Int] = [:]
  private var ofNode: [Int: Int] = [:]
  /// For each of the diagram's nodes its layer.
  private(set) var layerOf: [Int?] = []

  private var graph: Graph { model.graph }

  /// What a value is called, as `W1`.
  func symbol(_ id: ValueID) -> String {
    notation[drawn.values[id.index]]?.text ?? (graph[id].name.isEmpty ? "\(id)" : graph[id].name)
  }

  init(_ notation: NetworkNotation, _ request: GraphDrawing.Request) {
    let model = notation.model
    self.notation = notation
    self.model = model
    self.request = request
    var stages: [Int] = []
    if let cut = request.cut {
      stages = Array(repeating: 0, count: model.graph.layers.count)
      for stage in cut.stages { for layer in stage.layers { stages[layer] = stage.index } }
    }
    stageOfLayer = stages
    drawn = DrawnGraph(model, stages: stages, unfolds: request.unfolds)
    sectionOfLayer = Self.sections(drawn.folding, stages, layers: model.graph.layers.count)
    diagram = Diagram(title: request.title)
  }

  /// A section for each stage, and in it one for each run of layers.
  private static func sections(_ folding: LayerFolding, _ stages: [Int], layers: Int) -> [Int] {
    func run(_ layer: Int) -> Int {
      folding.runs.firstIndex { ($0.first..<$0.first + $0.period * $0.count).contains(layer) }
        ?? -1
    }
    let order = (0..<layers).sorted {
      (stages.isEmpty ? 0 : stages[$0], $0) < (stages.isEmpty ? 0 : stages[$1], $1)
    }
    var sections = Array(repeating: 0, count: layers)
    var section = 0
    for (before, layer) in zip(order, order.dropFirst()) {
      let isOther =
        run(before) != run(layer) || (!stages.isEmpty && stages[before] != stages[layer])
      if isOther { section += 1 }
      sections[layer] = section
    }
    return sections
  }

  /// Finds dJ/dv of every value v on the way from the parameters to J.
  mutating func differentiate() throws(GraphError) {
    var targets = Set(graph.parameters)
    var ordered = graph.parameters
    for node in graph.nodes
    where drawn.isNeeded[node.index] && node.inputs.contains(where: targets.contains) {
      targets.formUnion(node.outputs)
      ordered += node.outputs
    }
    var graph = graph
    gradients = try graph.differentiate(model.objective, withRespectTo: ordered)
  }

  /// Appends all nodes and arrows.
  mutating func draw() {
    for node in graph.nodes where drawn.isNeeded[node.index] {
      if drawn.isDrawn(node) {
        for input in node.inputs { drawVariable(input, readBy: node) }
        drawOperator(node)
      }
      let shown = drawn.nodes[node.index]
      guard let from = ofNode[shown], node.layer.map({ drawn.folding.shown($0) == $0 }) ?? true
      else { continue }
      for output in node.outputs { drawResult(output, of: node, at: from) }
    }
    drawGroups()
    drawCut()
    addNotes()
  }

  /// Appends a node in the colour of its layer's stage.
  mutating func append(_ node: Diagram.Node, _ fact: DrawnFact, layer: Int?) -> Int {
    var node = node
    if let layer, !stageOfLayer.isEmpty { node.tint = stageOfLayer[layer] }
    diagram.nodes.append(node)
    facts.append(fact)
    layerOf.append(layer)
    return diagram.nodes.count - 1
  }

  private mutating func drawVariable(
    _ id: ValueID, readBy reader: Node
  ) {
    let id = drawn.values[id.index]
    guard ofValue[id] == nil, graph[id].producer == nil, drawn.isDrawn(id) else { return }
    let layer = graph[id].isWeight ? model.owner(of: id) : reader.layer
    let fact = fact(of: id, layer: layer)
    var node = Diagram.Node(
      name: graph[id].name, label: LabelText.lowered(symbol(id)), form: .variable, tip: fact.words,
      section: layer.map { sectionOfLayer[$0] } ?? 0)
    addTwin(id, to: &node)
    node.isMarked = drawn.decayed.contains(id)
    ofValue[id] = append(node, fact, layer: layer)
  }

  private mutating func drawOperator(_ node: Node) {
    let sources = node.inputs.compactMap { source(of: $0) }
    let fact = DrawnFact(
      name: node.op.name, what: "\(node.op)", layer: node.layer.map { graph.layers[$0].name } ?? "",
      flops: node.op.flops(
        inputs: node.inputs.map(graph.type), outputs: node.outputs.map(graph.type),
        samples: request.samples),
      neighbours: sources.map { facts[$0].name })
    let symbol = drawn.isSumOfMany(node) ? "Σ‖·‖²" : node.symbol
    var drawing = Diagram.Node(
      name: "\(node.op.name) \(node.index)", label: symbol, form: .operation,
      tip: fact.words,
      section: drawn.isOnce(node) ? nil : node.layer.map { sectionOfLayer[$0] })
    if node.outputs.contains(where: { gradients[$0] != nil }) {
      drawing.twin = symbol + "′"
      drawing.twinTip = "the chain rule through \(node.op)"
    }
    let index = append(drawing, fact, layer: node.layer)
    ofNode[node.index] = index
    connect(node, to: index)
  }

  /// The arrows that lead into an operator; the main way is that of the operand that is made last.
  private mutating func connect(_ node: Node, to index: Int) {
    var sources: [(place: Int, value: ValueID)] = []
    for input in node.inputs {
      guard let place = source(of: input), place != index,
        !sources.contains(where: { $0.place == place })
      else { continue }
      sources.append((place, drawn.values[input.index]))
    }
    let made = sources.filter {
      graph[$0.value].producer != nil && diagram.nodes[$0.place].section != nil
    }
    let main = made.map(\.place).max() ?? sources.first?.place
    for (place, value) in sources {
      let hasTwin =
        diagram.nodes[index].twin != nil && diagram.nodes[place].twin != nil
        && gradients[value] != nil
      diagram.arrows.append(
        Diagram.Arrow(from: place, to: index, isMain: place == main, hasTwin: hasTwin))
    }
  }

  /// Where an operand comes from: its box, or the operator that makes it.
  private func source(of id: ValueID) -> Int? {
    let id = drawn.values[id.index]
    if let box = ofValue[id] { return box }
    return graph[id].producer.flatMap { ofNode[drawn.nodes[$0]] }
  }

  private mutating func drawResult(
    _ id: ValueID, of node: Node, at from: Int
  ) {
    guard drawn.isDrawn(id), ofValue[id] == nil else { return }
    let fact = fact(of: id, layer: node.layer)
    var drawing = Diagram.Node(
      name: "\(id)", label: LabelText.lowered(symbol(id)), form: .variable, tip: fact.words,
      section: diagram.nodes[from].section)
    addTwin(id, to: &drawing)
    let index = append(drawing, fact, layer: node.layer)
    ofValue[id] = index
    diagram.arrows.append(
      Diagram.Arrow(
        from: from, to: index,
        hasTwin: drawing.twin != nil && diagram.nodes[from].twin != nil))
  }

  mutating func connect(_ from: Int, to: Int, isMain: Bool) {
    diagram.arrows.append(Diagram.Arrow(from: from, to: to, isMain: isMain))
  }
  mutating func addBand(_ band: Diagram.Group) { diagram.bands.append(band) }
  mutating func addFrame(_ frame: Diagram.Group) { diagram.frames.append(frame) }
  mutating func setNotes(_ notes: [String]) { diagram.notes = notes }
  mutating func addBorder(_ border: Diagram.Border, _ found: [StageCrossing]) {
    diagram.borders.append(border)
    crossings = found
  }

  private func addTwin(_ id: ValueID, to node: inout Diagram.Node) {
    guard gradients[id] != nil else { return }
    node.twin = "∂J/∂\(LabelText.lowered(symbol(id)))"
    node.twinTip =
      "∂J/∂\(symbol(id)): as large as \(symbol(id)), \(graph.type(of: id))"
  }

  /// What there is to say of a value.
  func fact(of id: ValueID, layer: Int?) -> DrawnFact {
    let value = graph[id]
    let made = value.producer.map { "made by \(graph.nodes[$0].op.name)" } ?? value.name
    return DrawnFact(
      name: symbol(id), what: made, layer: layer.map { graph.layers[$0].name } ?? "",
      shape: "\(value.type)",
      bytes: value.type.bytes(samples: request.samples),
      neighbours: drawn.readers[id, default: []].map { reader in
        let node = graph.nodes[reader]
        return node.op.name + (node.layer.map { " (\(graph.layers[$0].name))" } ?? "")
      })
  }
}
