public import PartitaGraph
package import PartitaKeys

/// What is trained: the `model` section.
public struct ModelConfig: Sendable {
  /// The family that the model is of, with its measures.
  public let family: any ModelFamily
  /// A safetensors file with the initial weights; nil means random ones, keyed by the seed.
  public let weights: String?
  /// What tensors of that file are called here, by their names there; those that aren't named keep theirs.
  public let rename: [String: String]

  enum CodingKeys: String, CodingKey {
    case kind
    case weights
    case rename
  }

  /// The keys of every model, before those of its family.
  package static let keys = [
    KeyDescription("kind", type: "see below", standard: nil, meaning: "the family"),
    KeyDescription(
      "weights", type: "file", standard: "random, keyed by the seed",
      meaning: "a safetensors file with initial weights, F32, F16, BF16 or F64"),
    KeyDescription(
      "rename", type: "mapping of names", standard: "none",
      meaning: "with `weights`: what tensors of the file are called here, as "
        + "`{fc1.weight: linear1.weight}`"),
  ]

  init(
    _ section: ConfigSection, _ surroundings: ModelSurroundings, from models: ModelCatalogue
  ) throws(ConfigError) {
    let family = try section.require(CodingKeys.kind, models.form)
    try section.allow(Self.keys.keyNames + family.keys.keyNames, with: "kind: \(family.name)")
    self.family = try family.init(section, surroundings)
    weights = try section.value(CodingKeys.weights, .text("a safetensors file"))
    rename =
      try section.value(CodingKeys.rename, .texts("a mapping of a file's names to the model's"))
      ?? [:]
    if weights == nil, !rename.isEmpty {
      throw section.conflict(CodingKeys.rename, "it goes with model.weights")
    }
  }

  /// Tokens and real values are different inputs, and some models take only one of them.
  func check(_ section: ConfigSection, tokens: Bool, from data: String) throws(ConfigError) {
    guard let wanted = type(of: family).readsTokens, wanted != tokens else { return }
    throw section.conflict(
      CodingKeys.kind,
      "\(type(of: family).name) reads \(wanted ? "tokens" : "real values"), and data.name "
        + "\(data) gives \(tokens ? "tokens" : "real values")")
  }
}

extension ModelConfig: Hashable {
  public static func == (left: ModelConfig, right: ModelConfig) -> Bool {
    left.weights == right.weights && left.rename == right.rename
      && AnyHashable(left.family) == AnyHashable(right.family)
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(weights)
    hasher.combine(rename)
    hasher.combine(AnyHashable(family))
  }
}

extension ModelConfig: Encodable {
  /// Writes the keys that a configuration is read from.
  /// - Throws: what the encoder throws.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(type(of: family).name, forKey: .kind)
    try family.encode(to: encoder)
    try container.encodeIfPresent(weights, forKey: .weights)
    guard !rename.isEmpty else { return }
    var names = container.nestedContainer(keyedBy: TensorName.self, forKey: .rename)
    for (name, ours) in rename.sorted(by: { $0.key < $1.key }) {
      try names.encode(ours, forKey: TensorName(stringValue: name))
    }
  }
}

/// The name of a tensor as a key.
private struct TensorName: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }
  init(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}
