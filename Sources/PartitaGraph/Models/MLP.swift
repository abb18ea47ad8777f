public import PartitaKeys

/// A multilayer perceptron: linear layers with an activation between them.
public struct MLP: ModelFamily {
  public static let name = "mlp"
  public static let summary = "a multilayer perceptron; reads real values"
  public static let readsTokens: Bool? = false

  public static let keys = [
    KeyDescription(
      "widths", type: "list of two or more", standard: nil,
      meaning: "widths from the input to the output"),
    KeyDescription(
      "activation", oneOf: Activation.self, standard: "`relu`",
      meaning: "after each layer but the last"),
    KeyDescription(
      "bias", type: "true or false", standard: "true", meaning: "whether layers have biases"),
    KeyDescription(
      "dropout", type: "0 up to 1, without 1", standard: "0",
      meaning: "the share of elements set to zero while training"),
  ]

  /// Widths from the input to the output: two or more.
  public let widths: [Int]
  /// The activation after each layer but the last.
  public let activation: Activation
  /// Whether layers have biases.
  public let bias: Bool
  /// The rate of dropout after each activation; 0 means none.
  public let dropout: Double

  enum CodingKeys: String, CodingKey {
    case widths
    case activation
    case bias
    case dropout
  }

  public init(
    _ section: ConfigSection, _ surroundings: ModelSurroundings
  ) throws(ConfigError) {
    widths = try section.require(CodingKeys.widths, .list(of: .integer(atLeast: 1), atLeast: 2))
    activation = try section.value(CodingKeys.activation, .choice()) ?? .relu
    bias = try section.value(CodingKeys.bias, .flag) ?? true
    dropout = try section.value(CodingKeys.dropout, .number(.rate)) ?? 0
  }

  /// Flat, whatever the data's shape.
  public func inputShape(of sample: Shape) -> Shape { [sample.count] }

  /// Deeper ones repeat the last hidden width.
  public var depthMeasure: ModelDepth? {
    let hidden = widths.dropFirst().dropLast()
    guard let last = hidden.last, let output = widths.last else { return nil }
    return ModelDepth(unit: "hidden layer", count: hidden.count) { [widths] count in
      let repeated = Array(repeating: last, count: max(0, count - hidden.count))
      return "model.widths=\(widths.prefix(1 + min(count, hidden.count)) + repeated + [output])"
    }
  }

  public func layers(for data: ModelData) throws(GraphError) -> [LayerDescription] {
    let count = data.sample.count
    guard widths[0] == count else {
      let parts = data.sample.rank > 1 ? " (\(data.sampleWords))" : ""
      throw .model(
        problem: "model.widths starts with \(widths[0]), but a sample of \(data.name) has "
          + "\(count) values\(parts): let it start with \(count)")
    }
    return .mlp(widths: widths, activation: activation, bias: bias, dropout: dropout)
  }
}

extension [LayerDescription] {
  /// A multilayer perceptron of flat samples [widths[0]]: `linear1`, `linear2`, ...
  ///
  /// Every layer but the last has the activation; with a rate above 0 `dropout1`, ... follow it.
  public static func mlp(
    widths: [Int], activation: Activation, bias: Bool = true, dropout: Double = 0
  ) -> [LayerDescription] {
    let outputs = widths.dropFirst()
    return outputs.enumerated().flatMap { index, features -> [LayerDescription] in
      let isLast = index == outputs.count - 1
      let linear = LayerDescription(
        "linear\(index + 1)",
        .linear(features: features, bias: bias, activation: isLast ? nil : activation))
      let drop = LayerDescription("dropout\(index + 1)", .dropout(rate: dropout))
      return isLast || dropout == 0 ? [linear] : [linear, drop]
    }
  }
}
