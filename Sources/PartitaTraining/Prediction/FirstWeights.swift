internal import PartitaConfig
public import PartitaGraph

extension Blueprint {
  /// What each weight is before the first step: of a file, of the network itself, or drawn by the seed.
  /// - Throws: `FileError` or `TrainingError` where the file can't be read or lacks a weight.
  public func firstWeights() throws -> [ValueID: [Float]] {
    let file = config.model.weights
    let given =
      try file.map { try Safetensors.read($0).renamed(config.model.rename, path: $0) }
      ?? config.model.family.initialWeights().map(NamedTensor.init)
    let byName = Dictionary(given.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    var weights: [ValueID: [Float]] = [:]
    for weight in training.graph.weights.map({ training.graph[$0] }) {
      guard !given.isEmpty || file != nil else {
        weights[weight.id] = weight.firstValues(seed: config.seed)
        continue
      }
      guard let tensor = byName[weight.name], tensor.shape == weight.type.shape.extents else {
        throw TrainingError.weights(
          file: file ?? "model.file",
          problem: "there is no tensor \(weight.name) \(weight.type.shape), which the model needs")
      }
      weights[weight.id] = tensor.values
    }
    return weights
  }
}
