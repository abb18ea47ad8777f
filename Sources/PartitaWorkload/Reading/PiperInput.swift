internal import PartitaFiles

/// A network profiled for Piper, as read.
struct PiperInput {
  /// A way to run a node; neighbours are still names.
  struct Variant {
    let tensorDegree: Int
    let id: String
    let seconds, parameterBytes, memoryPerMicrobatch, memoryBesides: Double
    let syncIn, syncOut: [(neighbour: String, bytes: Double)]
  }

  var graph = NamedGraph()
  var variants: [[Variant]] = []
  var devices, microbatches: Int
  var memory, bandwidth: Double

  /// The workload.
  /// - Throws: `WorkloadError` for a node that can't be run, or in one way twice, and for further
  ///   bytes with a node that isn't there.
  func workload(named name: String) throws(WorkloadError) -> Workload {
    guard bandwidth > 0 else {
      throw .invalid(
        place: "the file", problem: "its bandwidth is \(bandwidth), expected one above 0")
    }
    let graph = try graph.graph()
    var numbered: [[PiperCosts.Variant]] = []
    for (id, variants) in zip(graph.ids, variants) {
      let place = "node '\(id)'"
      guard !variants.isEmpty else {
        throw .invalid(place: place, problem: "it has no variants: no way to run it is known")
      }
      var own: [PiperCosts.Variant] = []
      for variant in variants {
        let label = "variant '\(variant.id)' of tensor degree \(variant.tensorDegree)"
        if own.contains(where: { $0.id == variant.id && $0.tensorDegree == variant.tensorDegree }) {
          throw .invalid(place: place, problem: "it has two \(label)")
        }
        own.append(
          PiperCosts.Variant(
            tensorDegree: variant.tensorDegree, id: variant.id, seconds: variant.seconds,
            parameterBytes: variant.parameterBytes,
            memoryPerMicrobatch: variant.memoryPerMicrobatch,
            memoryBesides: variant.memoryBesides,
            syncIn: try number(variant.syncIn, of: "\(place), \(label)"),
            syncOut: try number(variant.syncOut, of: "\(place), \(label)")))
      }
      numbered.append(own)
    }
    return Workload(
      name: name, graph: graph,
      costs: .piper(
        PiperCosts(
          variants: numbered, devices: devices, memoryBytes: memory, bandwidth: bandwidth,
          microbatches: microbatches)))
  }

  private func number(
    _ bytes: [(neighbour: String, bytes: Double)], of place: String
  ) throws(WorkloadError) -> [Int: Double] {
    var numbered: [Int: Double] = [:]
    for (neighbour, bytes) in bytes where bytes > 0 {
      numbered[try graph.number(of: neighbour, place: place)] = bytes
    }
    return numbered
  }

  /// Bytes by the name of a neighbour; none where the key is missing.
  private static func sync<Key: CodingKey>(
    _ key: Key, of variant: KeyedDecodingContainer<Key>, place: String
  ) throws -> [(neighbour: String, bytes: Double)] {
    guard variant.has(key) else { return [] }
    let list = try variant.nestedContainer(keyedBy: AnyKey.self, forKey: key)
    return try list.allKeys.map {
      ($0.stringValue, try list.measure($0, of: "\(place), \(key.stringValue)"))
    }
  }
}

/// The neutral form.
extension PiperInput {
  private enum NodeKey: String, CodingKey {
    case id, variants
  }

  private enum VariantKey: String, CodingKey {
    case id
    case tensorDegree = "tensor_degree"
    case seconds = "time_s"
    case parameterBytes = "parameter_bytes"
    case memoryPerMicrobatch = "memory_a_bytes"
    case memoryBesides = "memory_b_bytes"
    case syncIn = "sync_in_bytes"
    case syncOut = "sync_out_bytes"
  }

  private enum DeviceKey: String, CodingKey {
    case count
    case memoryBytes = "memory_bytes"
    case bandwidth = "bandwidth_bytes_per_s"
    case microbatches = "microbatches_per_batch"
  }

  init(neutral file: KeyedDecodingContainer<WorkloadDocument.Key>) throws {
    let limits = try file.object(.devices, keyedBy: DeviceKey.self, of: "the file")
    devices = try limits.quantity(.count, atLeast: 1, of: "devices")
    microbatches = try limits.quantity(.microbatches, atLeast: 1, of: "devices")
    memory = try limits.measure(.memoryBytes, of: "devices")
    bandwidth = try limits.measure(.bandwidth, of: "devices")
    try file.forEach(in: .nodes, keyedBy: NodeKey.self) { node, place in
      let id = try node.label(.id, of: place)
      try graph.add(node: id)
      var own: [Variant] = []
      try node.forEach(in: .variants, keyedBy: VariantKey.self) { variant, place in
        let place = "node '\(id)', \(place)"
        own.append(
          Variant(
            tensorDegree: try variant.quantity(.tensorDegree, atLeast: 1, of: place),
            id: try variant.label(.id, of: place),
            seconds: try variant.measure(.seconds, of: place),
            parameterBytes: try variant.measure(.parameterBytes, of: place),
            memoryPerMicrobatch: try variant.measure(.memoryPerMicrobatch, of: place),
            memoryBesides: try variant.measure(.memoryBesides, of: place),
            syncIn: try Self.sync(.syncIn, of: variant, place: place),
            syncOut: try Self.sync(.syncOut, of: variant, place: place)))
      }
      variants.append(own)
    }
    try graph.readEdges(.edges, of: file, needsBytes: true)
  }
}

/// The form of the paper's authors, who call variants TMPCs.
extension PiperInput {
  private enum NodeKeyOfAuthors: String, CodingKey {
    case id
    case variants = "TMPCs"
  }

  private enum VariantKeyOfAuthors: String, CodingKey {
    case id, timePerSample, parameterSize, memoryUsageA, memoryUsageB, syncTimeFw, syncTimeBw
  }

  private enum EdgeKeyOfAuthors: String, CodingKey {
    case sourceId, destId, communicationCost
  }

  init(authors file: KeyedDecodingContainer<WorkloadDocument.Key>) throws {
    devices = try file.quantity(.maxDevices, atLeast: 1, of: "the file")
    // The paper's repository documents the second name, and its files have the first.
    microbatches = try file.quantity(
      file.has(.mbsInBatch) ? .mbsInBatch : .maxBatchSize, atLeast: 1, of: "the file")
    memory = try file.measure(.maxMemoryPerDevice, of: "the file")
    bandwidth = try file.measure(.bandwidth, of: "the file")
    try file.forEach(in: .nodes, keyedBy: NodeKeyOfAuthors.self) { node, place in
      let id = try node.label(.id, of: place)
      try graph.add(node: id)
      let byDegree = try node.object(.variants, keyedBy: AnyKey.self, of: "node '\(id)'")
      var own: [Variant] = []
      for key in byDegree.allKeys {
        guard let degree = Int(key.stringValue), (1...PartitionRequest.most).contains(degree) else {
          throw WorkloadError.invalid(
            place: "node '\(id)', TMPCs",
            problem: "found '\(key.stringValue)', expected a tensor degree from 1 to "
              + "\(PartitionRequest.most)")
        }
        try byDegree.forEach(in: key, keyedBy: VariantKeyOfAuthors.self) { variant, place in
          let place = "node '\(id)', TMPCs.\(place)"
          own.append(
            Variant(
              tensorDegree: degree, id: try variant.label(.id, of: place),
              seconds: try variant.measure(.timePerSample, of: place),
              parameterBytes: try variant.measure(.parameterSize, of: place),
              memoryPerMicrobatch: try variant.measure(.memoryUsageA, of: place),
              memoryBesides: try variant.measure(.memoryUsageB, of: place),
              // Forward is what comes in, whatever it is called: its keys are the nodes read.
              syncIn: try Self.sync(.syncTimeFw, of: variant, place: place),
              syncOut: try Self.sync(.syncTimeBw, of: variant, place: place)))
        }
      }
      // The degrees are keys of an object, which has no order; the variants of each have one.
      let degrees = Set(own.map(\.tensorDegree)).sorted()
      variants.append(degrees.flatMap { degree in own.filter { $0.tensorDegree == degree } })
    }
    try file.forEach(in: .edges, keyedBy: EdgeKeyOfAuthors.self) { edge, place in
      let from = try edge.label(.sourceId, of: place)
      let to = try edge.label(.destId, of: place)
      graph.add(
        edgeFrom: from, to: to,
        bytes: try edge.measure(.communicationCost, of: "\(place), '\(from)' to '\(to)'"),
        place: place)
    }
  }
}
