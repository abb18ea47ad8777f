internal import PartitaConfig
public import PartitaData
public import PartitaGraph

/// The network of a run as a value: what it computes, in float32, and its weights.
public struct TrainedNetwork: Sendable {
  /// The graph for prediction, and its loss.
  public let model: ModelGraph
  /// The layers.
  public let layers: [LayerDescription]
  /// What a sample is.
  public let sample: SampleType
  /// The weights, in name order.
  public let weights: [NamedTensor]
  /// Whether its outputs are scores of classes, as cross-entropy wants them.
  public let choosesClasses: Bool

  /// Reads a run's configuration, its weights, and what its data look like.
  ///
  /// - Parameters:
  ///   - run: the run.
  ///   - overrides: what replaces values of its configuration.
  /// - Throws: `ConfigError`, `DataError`, `TrainingError` or `FileError`, with what would fit.
  public init(_ run: TrainedRun, overrides: [String] = []) throws {
    let config = try run.config(overrides: overrides).with(precision: .float32)
    let data = try config.describeData()
    model = try Blueprint(config, data: data).evaluation
    layers = try config.model.family.layers(for: config.modelData(data))
    sample = data.input
    choosesClasses = config.objective.loss == .crossEntropy
    weights =
      run.bringsWeights
      ? try config.model.family.initialWeights().map(NamedTensor.init).inNameOrder()
      : try Safetensors.read(run.weights)
  }
}
