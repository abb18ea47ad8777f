public import PartitaKeys

/// x·Wᵀ + b along the innermost axis, with a weight of its own or another layer's.
public struct LinearLayer: LayerKind {
  public static let name = "linear"

  /// Output features; nil where the shared weight decides.
  public let features: Int?
  /// Whether it adds a bias.
  public let bias: Bool
  /// A function of each output element; nil means none.
  public let activation: Activation?
  public let tied: String?

  enum CodingKeys: String, CodingKey {
    case features
    case bias
    case activation
    case tied
  }

  public var ownsWeight: Bool { tied == nil }

  public func build(
    _ name: String, on inputs: [ValueID], in network: inout NetworkBuilder
  ) throws(GraphError) -> ValueID {
    let weight = try tied.map { (owner) throws(GraphError) in
      try network.weight(of: owner, features: features, for: name)
    }
    let result = try network.linear(
      name, inputs[0], features: features, bias: bias, weight: weight)
    return try activation?.append(result, to: &network.graph) ?? result
  }
}

extension LinearLayer: ReadableLayerKind {
  public static let summary = "x·Wᵀ + b along the last axis"

  public static let keys = [
    KeyDescription(
      "features", type: "whole number from 1", standard: "required unless `tied`",
      meaning: "outputs"),
    KeyDescription(
      "bias", type: "true or false", standard: "true; false where tied",
      meaning: "whether a bias is added"),
    .activation,
    KeyDescription(
      "tied", type: "a name", standard: "none",
      meaning: "an embedding or linear layer above whose weight it uses"),
  ]

  public init(_ section: ConfigSection) throws(ConfigError) {
    tied = try section.value(CodingKeys.tied, .text("the name of an embedding or linear layer"))
    if tied == nil {
      features = try section.require(CodingKeys.features, .integer(atLeast: 1))
    } else if section.has(CodingKeys.features) {
      throw section.conflict(CodingKeys.features, "a tied weight has its own; remove this key")
    } else {
      features = nil
    }
    bias = try section.value(CodingKeys.bias, .flag) ?? (tied == nil)
    activation = try section.value(CodingKeys.activation, .choice())
  }
}

extension LayerKind where Self == LinearLayer {
  /// x·Wᵀ + b along the innermost axis; *tied*: W is another layer's weight, and features may be
  /// nil.
  public static func linear(
    features: Int?, bias: Bool = true, activation: Activation? = nil, tiedTo: String? = nil
  ) -> LinearLayer {
    LinearLayer(features: features, bias: bias, activation: activation, tied: tiedTo)
  }
}

extension NetworkBuilder {
  /// Appends x·Wᵀ (+ b); a weight of its own is uniform within ±1/√in, as is the bias (PyTorch's
  /// `Linear`).
  ///
  /// - Parameters:
  ///   - name: what the parameters' names begin with.
  ///   - x: [..., in].
  ///   - features: rows of a weight of its own.
  ///   - bias: whether there is b.
  ///   - weight: another layer's [features, in], in place of one of its own.
  /// - Throws: `GraphError` where neither features nor a weight is given, or one doesn't fit.
  public mutating func linear(
    _ name: String, _ x: ValueID, features: Int?, bias: Bool = true, weight: ValueID? = nil
  ) throws(GraphError) -> ValueID {
    let shape = graph.type(of: x).shape
    let start = Initializer.uniform(bound: 1 / Double(max(shape.last, 1)).squareRoot())
    var operands = [x]
    if let weight {
      operands.append(weight)
    } else {
      guard let features else { throw .name(name, problem: "needs a number of features") }
      operands.append(try parameter("\(name).weight", [features, shape.last], start))
    }
    if bias {
      let rows = graph.type(of: operands[1]).shape[0]
      operands.append(try parameter("\(name).bias", [rows], start))
    }
    return try graph.appendAll(Linear(), operands)[0]
  }
}
