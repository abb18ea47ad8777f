package import PartitaKeys

extension LayerDescription {
  enum CodingKeys: String, CodingKey, CaseIterable {
    case name
    case kind
    case inputs
  }

  /// What a kind calls the key that names the owner of its weight.
  private enum SharingKeys: String, CodingKey {
    case tied
  }

  /// The keys of every layer, before those of its kind.
  package static let keys = [
    KeyDescription(
      "name", type: "letters, digits, dots, dashes, underscores; not `input`", standard: nil,
      meaning: "what parameters, cuts and other layers call it"),
    KeyDescription("kind", type: "see below", standard: nil, meaning: "what it computes"),
    KeyDescription(
      "inputs", type: "list of names of layers above, or `input` for the data",
      standard: "the layer above",
      meaning:
        "what it reads: two or more for `add`, `subtract`, `multiply`, `divide`, `concat`; two "
        + "for `matmul`; one for all others"),
  ]

  /// Reads a list of layers; each may name only layers above it, so the list has no cycle.
  /// - Throws: `ConfigError` that points at the key.
  package static func list(
    _ sections: [ConfigSection], from catalogue: LayerCatalogue = .standard
  ) throws(ConfigError) -> [LayerDescription] {
    var layers: [LayerDescription] = []
    for section in sections {
      layers.append(try LayerDescription(section, after: layers, from: catalogue))
    }
    return layers
  }

  private init(
    _ section: ConfigSection, after layers: [LayerDescription], from catalogue: LayerCatalogue
  ) throws(ConfigError) {
    let kind = try section.require(CodingKeys.kind, catalogue.form)
    try section.allow(Self.keys.keyNames + kind.keys.keyNames, with: "kind: \(kind.name)")
    let name = try section.require(CodingKeys.name, .layerName)
    guard name != Self.dataName, !layers.map(\.name).contains(name) else {
      throw section.conflict(CodingKeys.name, "\"\(name)\" is taken; give this layer another name")
    }
    let inputs = try Self.inputs(of: section, after: layers)
    guard kind.readsSeveral ? inputs.count >= 2 : inputs.count == 1 else {
      throw section.conflict(
        CodingKeys.inputs,
        "kind \(kind.name) reads \(kind.readsSeveral ? "two or more layers" : "one layer")"
          + "; here it has \(inputs.count)")
    }
    self.init(name, of: try kind.init(section), inputs: inputs)
    try checkTied(section, layers)
  }

  private static func inputs(
    of section: ConfigSection, after layers: [LayerDescription]
  ) throws(ConfigError) -> [String] {
    let form = ConfigForm.list(of: .text("the name of a layer above, or input"), atLeast: 1)
    guard let inputs = try section.value(CodingKeys.inputs, form) else {
      return [layers.last?.name ?? dataName]
    }
    let known = [dataName] + layers.map(\.name)
    if let stranger = inputs.first(where: { !known.contains($0) }) {
      throw section.unknownName(CodingKeys.inputs, found: stranger, known: known)
    }
    return inputs
  }

  /// A shared weight belongs to a layer above that has one of its own.
  private func checkTied(
    _ section: ConfigSection, _ layers: [LayerDescription]
  ) throws(ConfigError) {
    guard let owner = kind.tied else { return }
    let owners = layers.filter(\.kind.ownsWeight).map(\.name)
    guard owners.contains(owner) else {
      throw section.unknownName(SharingKeys.tied, found: owner, known: owners)
    }
  }
}

extension LayerDescription: Encodable {
  /// Writes the keys that a configuration is read from.
  /// - Throws: what the encoder throws.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encode(type(of: kind).name, forKey: .kind)
    try container.encode(inputs, forKey: .inputs)
    try kind.encode(to: encoder)
  }
}

extension ConfigForm<String> {
  /// A name that files and command lines can carry without quotes.
  fileprivate static let layerName = ConfigForm(
    expected: "a name of letters, digits, dots, dashes and underscores"
  ) { node in
    guard case .scalar(let text, quoted: _) = node.content, !text.isEmpty,
      text.utf8.allSatisfy({ byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"),
          UInt8(ascii: "_"):
          true
        default: false
        }
      })
    else { return nil }
    return text
  }
}
