public import PartitaKeys

/// An explicit list of layers, each after those that it reads.
public struct LayerList: ModelFamily {
  public static let name = "layers"
  public static let summary = "layers one by one"

  public static let keys = [
    KeyDescription("layers", type: "list of sections", standard: nil, meaning: "see below")
  ]

  /// The layers.
  public let layers: [LayerDescription]

  enum CodingKeys: String, CodingKey {
    case layers
  }

  public init(
    _ section: ConfigSection, _ surroundings: ModelSurroundings
  ) throws(ConfigError) {
    layers = try LayerDescription.list(
      try section.sections(CodingKeys.layers), from: surroundings.layers)
  }

  public func layers(for data: ModelData) -> [LayerDescription] { layers }
}
