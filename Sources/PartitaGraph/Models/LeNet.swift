public import PartitaKeys

/// LeNet-5 for small images (LeCun et al. 1998).
public struct LeNet: ModelFamily {
  public static let name = "lenet"
  public static let summary = "LeNet-5 for images; reads real values"
  public static let readsTokens: Bool? = false

  public static let keys = [
    KeyDescription(
      "activation", oneOf: Activation.self, standard: "`relu`",
      meaning: "after each convolution and linear layer but the last"),
    KeyDescription(
      "pooling", oneOf: Pooling.self, standard: "`max`", meaning: "after each convolution"),
  ]

  /// The activation after each layer but the last.
  public let activation: Activation
  /// The pooling after each convolution.
  public let pooling: Pooling

  enum CodingKeys: String, CodingKey {
    case activation
    case pooling
  }

  /// Rows and columns of an image of which the second pooling leaves a pixel.
  private static let smallestImage = 12

  public init(
    _ section: ConfigSection, _ surroundings: ModelSurroundings
  ) throws(ConfigError) {
    activation = try section.value(CodingKeys.activation, .choice()) ?? .relu
    pooling = try section.value(CodingKeys.pooling, .choice()) ?? .max
  }

  public func layers(for data: ModelData) throws(GraphError) -> [LayerDescription] {
    let (shape, least) = (data.sample, Self.smallestImage)
    guard shape.rank == 3, shape[1] >= least, shape[2] >= least else {
      throw .model(
        problem: "lenet reads images of \(least) x \(least) pixels or more, but a sample of "
          + "\(data.name) is \(data.sampleWords): use kind mlp or layers")
    }
    return .lenet(activation: activation, pooling: pooling, classes: data.classes)
  }
}

extension [LayerDescription] {
  /// LeNet-5 for images [1, 28, 28] (LeCun et al. 1998, figure 2, as the textbooks simplify it).
  public static func lenet(activation: Activation, pooling: Pooling, classes: Int)
    -> [LayerDescription]
  {
    func pool(_ name: String) -> LayerDescription {
      switch pooling {
      case .average: LayerDescription(name, .averagePool(kernel: 2, stride: 2))
      case .max: LayerDescription(name, .maxPool(kernel: 2, stride: 2))
      }
    }
    return [
      LayerDescription(
        "conv1", .convolution(channels: 6, kernel: 5, padding: 2, activation: activation)),
      pool("pool1"),
      LayerDescription("conv2", .convolution(channels: 16, kernel: 5, activation: activation)),
      pool("pool2"),
      LayerDescription("flatten", .flatten),
      LayerDescription("linear1", .linear(features: 120, activation: activation)),
      LayerDescription("linear2", .linear(features: 84, activation: activation)),
      LayerDescription("linear3", .linear(features: classes)),
    ]
  }
}
