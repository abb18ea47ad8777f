/// A graph of the device placement, as read.
struct PlacementInput {
  /// What the file says of a node.
  struct Node {
    /// Milliseconds on an accelerator, infinite where it can't run there, and on a CPU.
    let accelerator, cpu: Double
    /// Bytes on an accelerator.
    let memory: Double
    let isBackward: Bool
    let color: Int?
    /// Milliseconds to move the output.
    var transfer: Double?
  }

  var graph = NamedGraph()
  var nodes: [Node] = []
  var accelerators, cpus: Int
  var acceleratorMemory: Double

  /// The workload.
  /// - Throws: `WorkloadError` for a node that somebody reads and that has no time to be moved, and
  ///   for one that can run nowhere.
  func workload(named name: String) throws(WorkloadError) -> Workload {
    let graph = try graph.graph()
    for (index, node) in nodes.enumerated() {
      if node.transfer == nil, let reader = graph.successors[index].first {
        throw .invalid(
          place: "node '\(graph.ids[index])'",
          problem: "out_transfer_ms is missing, and '\(graph.ids[reader])' reads the node: "
            + "expected a finite number of at least 0")
      }
      if node.accelerator == .infinity, cpus == 0 {
        throw .invalid(
          place: "node '\(graph.ids[index])'",
          problem: "it can't run on an accelerator, and there are no CPUs: it needs one")
      }
    }
    return Workload(
      name: name, graph: graph,
      costs: .placement(
        PlacementCosts(
          acceleratorMilliseconds: nodes.map(\.accelerator), cpuMilliseconds: nodes.map(\.cpu),
          transferMilliseconds: nodes.map { $0.transfer ?? 0 }, memoryBytes: nodes.map(\.memory),
          isBackward: nodes.map(\.isBackward), colorClass: nodes.map(\.color),
          accelerators: accelerators, cpus: cpus, acceleratorMemoryBytes: acceleratorMemory)))
  }
}

/// The neutral form.
extension PlacementInput {
  private enum NodeKey: String, CodingKey {
    case id
    case forward = "forward_ms"
    case backward = "backward_ms"
    case cpu = "cpu_ms"
    case memoryBytes = "memory_bytes"
    case transfer = "out_transfer_ms"
    case isBackward = "is_backward"
    case colorClass = "color_class"
  }

  private enum DeviceKey: String, CodingKey {
    case accelerators, cpus
    case acceleratorMemoryBytes = "accelerator_memory_bytes"
  }

  init(neutral file: KeyedDecodingContainer<WorkloadDocument.Key>) throws {
    if file.has(.objective) {
      switch try file.label(.objective, of: "the file") {
      case "max_load": break
      case "latency":
        throw WorkloadError.invalid(
          place: "objective",
          problem: "it is 'latency', the time of one sample through the whole graph, and such "
            + "graphs can't be planned yet; those with 'max_load' can")
      case let other:
        throw WorkloadError.invalid(
          place: "objective", problem: "it is '\(other)', expected 'max_load'")
      }
    }
    let devices = try file.object(.devices, keyedBy: DeviceKey.self, of: "the file")
    accelerators = try devices.quantity(.accelerators, atLeast: 1, of: "devices")
    cpus = try devices.quantity(.cpus, atLeast: 0, of: "devices")
    acceleratorMemory = try devices.measure(.acceleratorMemoryBytes, of: "devices")
    try file.forEach(in: .nodes, keyedBy: NodeKey.self) { node, place in
      let id = try node.label(.id, of: place)
      try graph.add(node: id)
      let place = "node '\(id)'"
      nodes.append(
        Node(
          accelerator: try node.measure(.forward, of: place)
            + node.measure(.backward, of: place),
          cpu: try node.measure(.cpu, of: place),
          memory: try node.measure(.memoryBytes, of: place),
          isBackward: try node.flag(.isBackward, or: false, of: place),
          color: node.has(.colorClass)
            ? try node.quantity(.colorClass, atLeast: 0, of: place) : nil,
          transfer: try node.measureIfPresent(.transfer, of: place)))
    }
    try graph.readEdges(.edges, of: file, needsBytes: false)
  }
}

/// The form of the paper's authors, who call accelerators FPGAs.
extension PlacementInput {
  private enum NodeKeyOfAuthors: String, CodingKey {
    case id, supportedOnFpga, cpuLatency, fpgaLatency, isBackwardNode, colorClass, size
  }

  private enum EdgeKeyOfAuthors: String, CodingKey {
    case sourceId, destId, cost, size
  }

  init(authors file: KeyedDecodingContainer<WorkloadDocument.Key>) throws {
    accelerators = try file.quantity(.maxFPGAs, atLeast: 1, of: "the file")
    cpus = try file.quantity(.maxCPUs, atLeast: 0, of: "the file")
    acceleratorMemory = try file.measure(.maxSizePerFPGA, of: "the file")
    try file.forEach(in: .nodes, keyedBy: NodeKeyOfAuthors.self) { node, place in
      let id = try node.label(.id, of: place)
      try graph.add(node: id)
      let place = "node '\(id)'"
      let isSupported = try node.flag(.supportedOnFpga, or: true, of: place)
      nodes.append(
        Node(
          accelerator: isSupported ? try node.measure(.fpgaLatency, of: place) : .infinity,
          cpu: try node.measure(.cpuLatency, of: place),
          memory: try node.measure(.size, of: place),
          isBackward: try node.flag(.isBackwardNode, or: false, of: place),
          color: node.has(.colorClass)
            ? try node.quantity(.colorClass, atLeast: 0, of: place) : nil))
    }
    // An output has one transfer time, which every edge out of the node repeats.
    var reader: [String?] = Array(repeating: nil, count: nodes.count)
    try file.forEach(in: .edges, keyedBy: EdgeKeyOfAuthors.self) { edge, place in
      let from = try edge.label(.sourceId, of: place)
      let to = try edge.label(.destId, of: place)
      let whose = "\(place), '\(from)' to '\(to)'"
      graph.add(
        edgeFrom: from, to: to, bytes: try edge.measureIfPresent(.size, of: whose) ?? 0,
        place: place)
      let cost = try edge.measure(.cost, of: whose)
      let number = try graph.number(of: from, place: whose)
      if let known = nodes[number].transfer, let other = reader[number], known != cost {
        throw WorkloadError.invalid(
          place: "node '\(from)'",
          problem: "its output costs \(known) on the edge to '\(other)' and \(cost) on the edge to "
            + "'\(to)', and one output has one cost")
      }
      nodes[number].transfer = cost
      reader[number] = to
    }
  }
}
