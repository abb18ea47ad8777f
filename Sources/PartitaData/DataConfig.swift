public import PartitaKeys

/// What is trained on: the `data` section, read by the data set that it names.
public struct DataConfig: Sendable {
  /// The data set, with what the section says of it.
  public let source: any DataSource

  private enum CodingKeys: String, CodingKey {
    case name
  }

  /// The section that reads as `source`.
  public init(_ source: some DataSource) { self.source = source }

  /// Reads the section.
  /// - Parameters:
  ///   - section: the `data` section.
  ///   - context: the tokens that a model sees at once, where that is known.
  ///   - catalogue: the data sets that it may name.
  /// - Throws: `ConfigError` for a name that isn't in the catalogue, a key that the data set
  ///   doesn't have, and what the data set refuses.
  public init(
    _ section: ConfigSection, context: Int?, catalogue: DataCatalogue = .standard
  ) throws(ConfigError) {
    let type = try section.require(CodingKeys.name, catalogue.form)
    try section.allow(["name"] + type.keys.keyNames, with: "name: \(type.name)")
    source = try type.init(reading: section, context: context)
  }

  /// What `data.name` calls the data set.
  public var name: String { type(of: source).name }

  /// Whether samples are token numbers, not real values.
  public var isTokens: Bool { source.isTokens }

  /// The same data with at least so many samples to train on, where the set can have as many as one
  /// likes; else itself.
  public func holding(atLeast samples: Int) -> DataConfig {
    func grown(_ source: some DataSource) -> DataConfig {
      DataConfig(source.holding(atLeast: samples))
    }
    return grown(source)
  }
}

extension DataConfig: Hashable {
  /// Whether both are the same data set with the same keys.
  public static func == (one: DataConfig, other: DataConfig) -> Bool {
    AnyHashable(one.source) == AnyHashable(other.source)
  }

  /// Hashes the data set.
  public func hash(into hasher: inout Hasher) { hasher.combine(AnyHashable(source)) }
}

extension DataConfig: Encodable {
  /// Writes the keys that a configuration is read from.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try source.encode(to: encoder)
  }
}
