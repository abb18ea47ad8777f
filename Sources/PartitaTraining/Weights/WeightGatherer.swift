internal import PartitaConfig
internal import PartitaDevice
internal import PartitaGraph
internal import PartitaPlan
internal import PartitaRuntime
internal import PartitaTransport

extension RankRuntime {
  private func upload(_ values: [Float], to name: String) throws(DeviceError) {
    try values.span.withUnsafeBytes { bytes throws(DeviceError) in
      try upload(bytes, to: name)
    }
  }

  /// Gives every weight its first value: that of a file, what the network brings along, or a random
  /// one.
  ///
  /// - Parameters:
  ///   - config: what is run.
  ///   - graph: the whole model.
  /// - Returns: the SHA-256 of the weights; nil of random ones.
  func beginWeights(_ config: TrainingConfig, of graph: Graph) throws -> String? {
    if let file = config.model.weights {
      return try loadWeights(from: file, of: graph, renaming: config.model.rename)
    }
    if let digest = try takeOwnWeights(config, of: graph) { return digest }
    try initializeWeights(seed: config.seed)
    return nil
  }

  /// Gives every weight the value that the network brings along.
  /// - Returns: the SHA-256 of the weights; nil where it brings none.
  func takeOwnWeights(_ config: TrainingConfig, of graph: Graph) throws -> String? {
    let own = try config.model.family.initialWeights().map(NamedTensor.init)
    return own.isEmpty
      ? nil : try take(own.inNameOrder(), of: graph, file: "model.file")
  }

  /// Gives every weight that this rank holds the value that a file has for it.
  ///
  /// Every rank checks the whole file against the whole model, so all of them agree on it.
  /// - Parameters:
  ///   - path: the file.
  ///   - graph: the whole model.
  ///   - names: what tensors of the file are called here, by their names there.
  /// - Returns: the SHA-256 of the weights.
  func loadWeights(
    from path: String, of graph: Graph, renaming names: [String: String] = [:]
  ) throws -> String {
    try take(try Safetensors.read(path).renamed(names, path: path), of: graph, file: path)
  }

  private func take(
    _ tensors: [NamedTensor], of graph: Graph, file path: String
  ) throws -> String {
    let byName = Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, $0) })
    for weight in graph.weights.map({ graph[$0] }) {
      guard let tensor = byName[weight.name] else {
        throw TrainingError.weights(
          file: path, problem: "there is no tensor \(weight.name), which the model needs")
      }
      guard tensor.shape == weight.type.shape.extents else {
        throw TrainingError.weights(
          file: path,
          problem: "\(weight.name) has shape \(tensor.shape), the model's is "
            + "\(weight.type.shape)")
      }
      if variables[weight.name] != nil { try upload(tensor.values, to: weight.name) }
    }
    let known = Set(graph.weights.map { graph[$0].name })
    if let stranger = tensors.map(\.name).filter({ !known.contains($0) }).sorted().first {
      throw TrainingError.weights(
        file: path, problem: "the model has no parameter \(stranger)")
    }
    return weightsDigest(tensors)
  }
}

extension [NamedTensor] {
  /// The same under other names.
  func renamed(
    _ names: [String: String], path: String
  ) throws(TrainingError) -> [NamedTensor] {
    guard !names.isEmpty else { return self }
    let known = Set(map(\.name))
    if let missing = names.keys.filter({ !known.contains($0) }).min() {
      throw .weights(file: path, problem: "model.rename: there is no tensor \(missing)")
    }
    var renamed: [String: NamedTensor] = [:]
    for tensor in self {
      let name = names[tensor.name] ?? tensor.name
      let own = NamedTensor(name: name, shape: tensor.shape, values: tensor.values)
      // A tied weight stands in PyTorch's files once for each layer that reads it.
      if let other = renamed.updateValue(own, forKey: name), other != own {
        throw .weights(
          file: path, problem: "model.rename: two tensors are called \(name), and they differ")
      }
    }
    return renamed.values.inNameOrder()
  }
}

/// Brings the weights to rank 0: one message for each that it doesn't hold.
struct WeightGatherer {
  private let weights: [(value: Value, owner: Int)]
  private let firstTag: Int

  init(_ experiment: Experiment) {
    let (model, plan) = (experiment.training, experiment.plan)
    let stageOfLayer = plan.stageOfLayer
    weights = model.graph.weights.compactMap { weight in
      model.owner(of: weight).map {
        (model.graph[weight], plan.rank(stage: stageOfLayer[$0], replica: 0))
      }
    }
    firstTag = experiment.firstFreeTag
  }

  /// The weights on rank 0, nothing elsewhere. Every rank must call it.
  func gather(_ runtime: RankRuntime, over transport: any Transport) throws -> [NamedTensor] {
    var tensors: [NamedTensor] = []
    for (index, (value, owner)) in weights.enumerated()
    where transport.rank == owner || transport.rank == 0 {
      let values = UnsafeMutableBufferPointer<Float>.allocate(capacity: value.type.shape.count)
      defer { values.deallocate() }
      values.initialize(repeating: 0)
      let bytes = UnsafeMutableRawBufferPointer(values)
      if transport.rank == owner { try runtime.download(value.name, into: bytes) }
      if owner != 0 {
        let tag = firstTag + index
        let message =
          transport.rank == 0
          ? try transport.makeReceive(into: bytes, from: owner, tag: tag)
          : try transport.makeSend(of: UnsafeRawBufferPointer(bytes), to: 0, tag: tag)
        try transport.start(message)
        try transport.wait(for: message)
      }
      if transport.rank == 0 {
        tensors.append(
          NamedTensor(
            name: value.name, shape: value.type.shape.extents, values: Array(values)))
      }
    }
    return tensors
  }
}
