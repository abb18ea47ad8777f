/// PipeDream's profile of a network, as read; inputs are still in it.
struct PipedreamInput {
  /// What a line of a profile says of a node.
  struct Node {
    /// What the layer is: not its name, which `NamedGraph` has.
    let description: String
    /// Milliseconds of the forward and of the backward pass.
    let forward, backward: Double
    /// Bytes of the output, and of the weights.
    let activation, parameters: Double
  }

  var graph = NamedGraph()
  var nodes: [Node] = []

  /// The workload without the sources that are data, "Input...": PipeDream's planner drops them.
  func workload(named name: String) throws(WorkloadError) -> Workload {
    guard !nodes.isEmpty else { throw NamedGraph.empty }
    let edges = try graph.numberedEdges()
    var isDropped = nodes.map { $0.description.hasPrefix("Input") }
    for edge in edges { isDropped[edge.to] = false }
    let kept = nodes.indices.filter { !isDropped[$0] }
    guard !kept.isEmpty else {
      throw .invalid(place: "the file", problem: "it has nothing but inputs: nothing is to plan")
    }
    var number = Array(repeating: -1, count: nodes.count)
    for (new, old) in kept.enumerated() { number[old] = new }
    return Workload(
      name: name,
      graph: try WorkloadGraph(
        ids: kept.map { graph.ids[$0] },
        edges: edges.filter { !isDropped[$0.from] }.map {
          WorkloadGraph.Edge(from: number[$0.from], to: number[$0.to], bytes: $0.bytes)
        }),
      costs: .pipedream(
        PipedreamCosts(
          seconds: kept.map { (nodes[$0].forward + nodes[$0].backward) / 1000 },
          activationBytes: kept.map { nodes[$0].activation },
          parameterBytes: kept.map { nodes[$0].parameters })))
  }
}

extension PipedreamInput {
  private enum NodeKey: String, CodingKey {
    case id, name
    case forward = "forward_ms"
    case backward = "backward_ms"
    case activationBytes = "activation_bytes"
    case parameterBytes = "parameter_bytes"
  }

  /// Reads the neutral form.
  init(_ file: KeyedDecodingContainer<WorkloadDocument.Key>) throws {
    try file.forEach(in: .nodes, keyedBy: NodeKey.self) { node, place in
      let id = try node.label(.id, of: place)
      try graph.add(node: id)
      let place = "node '\(id)'"
      nodes.append(
        Node(
          description: node.has(.name) ? try node.label(.name, of: place) : "",
          forward: try node.measure(.forward, of: place),
          backward: try node.measure(.backward, of: place),
          activation: try node.measure(.activationBytes, of: place),
          parameters: try node.measure(.parameterBytes, of: place)))
    }
    try graph.readEdges(.edges, of: file, needsBytes: false)
  }
}
