internal import PartitaDevice
internal import PartitaGraph
internal import PartitaPlan
internal import PartitaRuntime
internal import PartitaTransport

extension Initializer {
  /// Writes the first values of the parameter of this name: a function of seed and name alone, so
  /// every rank that holds it draws the same.
  func write(to memory: UnsafeMutableBufferPointer<Float>, name: String, seed: UInt64) {
    let stream = RandomStream(seed: seed, name: name)
    var span = memory.mutableSpan
    switch self {
    case .constant(let value):
      memory.update(repeating: Float(value))
    case .uniform(let bound):
      stream.fillUniform(&span)
      for index in memory.indices { memory[index] = (2 * memory[index] - 1) * Float(bound) }
    case .normal(let deviation):
      stream.fillNormal(&span)
      for index in memory.indices { memory[index] *= Float(deviation) }
    }
  }
}

extension RankRuntime {
  /// Gives every parameter that this rank holds its first value.
  func initializeParameters(seed: UInt64) {
    for (name, value) in variables {
      guard case .parameter(let initializer)? = value.role, let memory = memory(of: name) else {
        continue
      }
      initializer.write(to: memory.bindMemory(to: Float.self), name: name, seed: seed)
    }
  }

  /// Gives every parameter that this rank holds the value that a file has for it.
  ///
  /// Every rank checks the whole file against the whole model, so all of them agree on it.
  func loadParameters(from path: String, of graph: Graph) throws {
    let tensors = try Safetensors.read(path)
    let byName = Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, $0) })
    for parameter in graph.parameters.map({ graph[$0] }) {
      guard let tensor = byName[parameter.name] else {
        throw TrainingError.weights(
          file: path, problem: "there is no tensor \(parameter.name), which the model needs")
      }
      guard tensor.shape == parameter.type.shape.extents else {
        throw TrainingError.weights(
          file: path,
          problem: "\(parameter.name) has shape \(tensor.shape), the model's is "
            + "\(parameter.type.shape)")
      }
      guard let memory = memory(of: parameter.name) else { continue }
      tensor.values.withUnsafeBytes { memory.copyMemory(from: $0) }
    }
    let known = Set(graph.parameters.map { graph[$0].name })
    if let stranger = tensors.map(\.name).filter({ !known.contains($0) }).sorted().first {
      throw TrainingError.weights(
        file: path, problem: "the model has no parameter \(stranger)")
    }
  }
}

/// Brings the weights to rank 0: one message for each parameter that it doesn't hold.
struct WeightGatherer {
  private let parameters: [(value: Value, owner: Int)]
  private let firstTag: Int

  init(_ experiment: Experiment) {
    let (model, plan) = (experiment.training, experiment.plan)
    let stageOfLayer = plan.stageOfLayer
    parameters = model.graph.parameters.compactMap { parameter in
      model.owner(of: parameter).map {
        (model.graph[parameter], plan.rank(stage: stageOfLayer[$0], replica: 0))
      }
    }
    firstTag = experiment.firstFreeTag
  }

  /// The weights on rank 0, nothing elsewhere. Every rank must call it.
  func gather<D: Device>(_ runtime: RankRuntime<D>, over transport: any Transport)
    throws(TransportError) -> [NamedTensor]
  {
    var tensors: [NamedTensor] = []
    for (index, (value, owner)) in parameters.enumerated() {
      let name = value.name
      if transport.rank == owner, owner != 0, let memory = runtime.memory(of: name) {
        let send = try transport.makeSend(
          of: UnsafeRawBufferPointer(memory), to: 0, tag: firstTag + index)
        try transport.start(send)
        try transport.wait(for: send)
      }
      guard transport.rank == 0 else { continue }
      let count = value.type.shape.count
      let values = UnsafeMutableBufferPointer<Float>.allocate(capacity: count)
      defer { values.deallocate() }
      values.initialize(repeating: 0)
      if owner == 0, let memory = runtime.memory(of: name) {
        UnsafeMutableRawBufferPointer(values).copyMemory(from: UnsafeRawBufferPointer(memory))
      } else {
        let receive = try transport.makeReceive(
          into: UnsafeMutableRawBufferPointer(values), from: owner, tag: firstTag + index)
        try transport.start(receive)
        try transport.wait(for: receive)
      }
      tensors.append(
        NamedTensor(name: name, shape: value.type.shape.extents, values: Array(values)))
    }
    return tensors
  }
}
