public import PartitaKeys

/// Each channel with mean 0 and variance 1 over a microbatch, then scaled and shifted; evaluation
/// takes running values instead.
public struct BatchNormLayer: LayerKind {
  public static let name = "batch-norm"

  /// What is added to the variance before its root is taken.
  public let epsilon: Double
  /// The share of a step's mean and variance in the running values.
  public let momentum: Double
  /// A function of each output element; nil means none.
  public let activation: Activation?

  enum CodingKeys: String, CodingKey {
    case epsilon
    case momentum
    case activation
  }

  public func build(
    _ name: String, on inputs: [ValueID], in network: inout NetworkBuilder
  ) throws(GraphError) -> ValueID {
    let result = try network.batchNorm(name, inputs[0], epsilon: epsilon, momentum: momentum)
    return try activation?.append(result, to: &network.graph) ?? result
  }
}

extension BatchNormLayer: ReadableLayerKind {
  public static let summary =
    "each channel with mean 0 and variance 1 over a microbatch, then scaled and shifted; evaluation "
    + "takes running values"

  public static let keys = [
    KeyDescription(
      "epsilon", type: "number above 0", standard: "1e-5", meaning: "added to the variance"),
    KeyDescription(
      "momentum", type: "0 up to 1, without 1", standard: "0.1",
      meaning: "the share of a step's mean and variance in the running values"),
    .activation,
  ]

  public init(_ section: ConfigSection) throws(ConfigError) {
    epsilon = try section.value(CodingKeys.epsilon, .number(.positive)) ?? 1e-5
    momentum = try section.value(CodingKeys.momentum, .number(.rate)) ?? 0.1
    activation = try section.value(CodingKeys.activation, .choice())
  }
}

extension LayerKind where Self == BatchNormLayer {
  /// Each channel with mean 0 and variance 1 over a microbatch, then scaled and shifted.
  public static func batchNorm(
    epsilon: Double = 1e-5, momentum: Double = 0.1, activation: Activation? = nil
  ) -> BatchNormLayer {
    BatchNormLayer(epsilon: epsilon, momentum: momentum, activation: activation)
  }
}

extension NetworkBuilder {
  /// Appends a norm of each channel of n x [C, ...]; γ starts at 1, β at 0, the running mean at 0 and
  /// the running variance at 1 (PyTorch's `BatchNorm2d`).
  ///
  /// In training the microbatch's own mean and variance are taken, and the running values follow
  /// them; in prediction the running values are taken.
  /// - Throws: `GraphError` for a value without axes.
  public mutating func batchNorm(
    _ name: String, _ x: ValueID, epsilon: Double = 1e-5, momentum: Double = 0.1
  ) throws(GraphError) -> ValueID {
    let shape = graph.type(of: x).shape
    let channels: Shape = [shape.extents.first ?? 1]
    let scale = try parameter("\(name).weight", channels, .constant(1))
    let shift = try parameter("\(name).bias", channels, .constant(0))
    let mean = try graph.runningValue("\(name).running_mean", channels, startsAt: 0)
    let variance = try graph.runningValue("\(name).running_var", channels, startsAt: 1)
    guard mode != .prediction else {
      return try graph.append(
        BatchNormPrediction(epsilon: epsilon), x, scale, shift, mean, variance)
    }
    let results = try graph.appendAll(BatchNorm(epsilon: epsilon), [x, scale, shift])
    graph.move(mean, after: results[1], momentum: momentum)
    graph.move(
      variance, after: results[2], momentum: momentum,
      unbiasedOver: shape.extents.dropFirst().reduce(1, *))
    return results[0]
  }
}
