public import PartitaKeys

/// Elements set to zero at random while training, the others scaled to keep the mean.
public struct DropoutLayer: LayerKind {
  public static let name = "dropout"

  /// The share of elements, from 0 up to 1, without 1.
  public let rate: Double

  enum CodingKeys: String, CodingKey {
    case rate
  }

  public func build(
    _ name: String, on inputs: [ValueID], in network: inout NetworkBuilder
  ) throws(GraphError) -> ValueID {
    try network.dropout(name, inputs[0], rate: rate)
  }
}

extension DropoutLayer: ReadableLayerKind {
  public static let summary = "elements set to zero at random while training"

  public static let keys = [
    KeyDescription(
      "rate", type: "0 up to 1, without 1", standard: nil, meaning: "the share of elements")
  ]

  public init(_ section: ConfigSection) throws(ConfigError) {
    rate = try section.require(CodingKeys.rate, .number(.rate))
  }
}

extension LayerKind where Self == DropoutLayer {
  /// A share of the elements set to zero while training.
  public static func dropout(rate: Double) -> DropoutLayer { DropoutLayer(rate: rate) }
}

extension NetworkBuilder {
  /// Appends dropout keyed by seed and layer; nothing in prediction, or where nothing is dropped.
  ///
  /// It reads the variables `sampleIndex` and `step`, made on first use.
  /// - Throws: `GraphError` for a rate that isn't in 0..<1.
  public mutating func dropout(_ name: String, _ x: ValueID, rate: Double) throws(GraphError)
    -> ValueID
  {
    guard mode == .training, rate != 0 else { return x }
    let sample = try variable("sampleIndex", .perSample([], .int32), .sampleIndex)
    let step = try variable("step", .shared([], .int32), .step)
    let key = RandomStream(seed: seed, name: name).key
    return try graph.append(Dropout(rate: rate, key: key), x, sample, step)
  }
}
