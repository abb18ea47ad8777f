internal import PartitaGraph

/// The part of a graph that a value depends on, in operators that ONNX has words for.
///
/// All others are replaced by what they decompose into, as long as it takes.
struct Lowering {
  /// The operators, under the layers that they come from.
  private(set) var graph = Graph()
  /// The value.
  private(set) var output = ValueID(0)

  /// Lowers what `output` depends on.
  /// - Throws: `ExportError` for an operator that is neither known nor decomposes.
  init(_ source: Graph, output: ValueID) throws(ExportError) {
    let nodes = source.nodes(neededFor: [output])
    let read = Set(nodes.flatMap(\.inputs)).union([output])
    var known: [ValueID: ValueID] = [:]
    for value in source.values where read.contains(value.id) {
      guard let role = value.role else { continue }
      known[value.id] = try Self.built(value.name) { () throws(GraphError) in
        try graph.variable(value.name, value.type, role)
      }
    }
    try append(source, for: [output], known: &known)
    guard let lowered = known[output] else { throw .variable("\(output)") }
    self.output = lowered
  }

  /// Appends the nodes of a graph that some of its values need; `known` says what its variables are
  /// here, and gets its results.
  private mutating func append(
    _ source: Graph, for wanted: [ValueID], known: inout [ValueID: ValueID]
  ) throws(ExportError) {
    var layer: Int?
    let nodes = source.nodes(neededFor: wanted)
    let read = Set(nodes.flatMap(\.inputs)).union(wanted)
    for node in nodes {
      if let next = node.layer, next != layer {
        layer = next
        let name = source.layers[next].name
        try Self.built(name) { () throws(GraphError) in try graph.beginLayer(name) }
      }
      let inputs = node.inputs.compactMap { known[$0] }
      if node.op is any ExportableOperator {
        let outputs = try Self.built(node.op.name) { () throws(GraphError) in
          try graph.appendAll(node.op, inputs)
        }
        for (result, output) in zip(node.outputs, outputs) { known[result] = output }
        continue
      }
      var parts = Graph()
      var operands: [ValueID: ValueID] = [:]
      let outputs = try Self.built(node.op.name) { () throws(GraphError) in
        var places: [ValueID] = []
        for (index, input) in node.inputs.enumerated() {
          let place = try parts.variable("operand \(index)", source.type(of: input), .input)
          places.append(place)
          operands[place] = inputs[index]
        }
        return try node.op.decompose(places, in: &parts)
      }
      guard let outputs else {
        throw .unknownOperator(node.op.name, layer: graph.layers.last?.name)
      }
      // Results that nobody reads are for the gradient.
      let pairs = zip(node.outputs, outputs).filter { read.contains($0.0) }
      try append(parts, for: pairs.map(\.1), known: &operands)
      for (result, output) in pairs { known[result] = operands[output] }
    }
  }

  /// What a step of building gives; its failure as one of this room.
  private static func built<Result>(
    _ name: String, _ body: () throws(GraphError) -> Result
  ) throws(ExportError) -> Result {
    do {
      return try body()
    } catch {
      throw .decomposition(operator: name, error)
    }
  }
}

extension Graph {
  /// The nodes that some values depend on, in graph order.
  func nodes(neededFor wanted: [ValueID]) -> [Node] {
    var needed = Set(wanted)
    var found: [Node] = []
    for node in nodes.reversed() where node.outputs.contains(where: needed.contains) {
      needed.formUnion(node.inputs)
      found.append(node)
    }
    return found.reversed()
  }
}
