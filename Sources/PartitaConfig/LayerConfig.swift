internal import PartitaKeys

/// One layer of an explicit list: an entry of `model.layers`.
public struct LayerConfig: Hashable, Sendable {
  /// The name, unlike all others, that parameters, cuts and drawings call the layer by.
  public let name: String
  /// The layers whose outputs it reads; `input` is the data. Default: the layer before.
  public let inputs: [String]
  /// What it computes.
  public let operation: LayerOperation

  /// The name that stands for the data.
  public static let dataName = "input"

  enum CodingKeys: String, CodingKey, CaseIterable {
    case name
    case kind
    case inputs
  }

  /// Reads a list of layers; each may name only layers above it, so the list has no cycle.
  static func list(_ sections: [ConfigSection]) throws(ConfigError) -> [LayerConfig] {
    var layers: [LayerConfig] = []
    for section in sections { layers.append(try LayerConfig(section, after: layers)) }
    return layers
  }

  private init(_ section: ConfigSection, after layers: [LayerConfig]) throws(ConfigError) {
    let kind: LayerOperation.Kind = try section.require(CodingKeys.kind, .choice())
    try section.allow(
      names(of: CodingKeys.self) + kind.keys.map(\.stringValue), with: "kind: \(kind.rawValue)")

    name = try section.require(CodingKeys.name, .layerName)
    guard name != Self.dataName, !layers.map(\.name).contains(name) else {
      throw section.conflict(CodingKeys.name, "\"\(name)\" is taken; give this layer another name")
    }
    inputs = try Self.inputs(of: section, after: layers)
    guard kind.takesSeveralInputs ? inputs.count >= 2 : inputs.count == 1 else {
      throw section.conflict(
        CodingKeys.inputs,
        "kind \(kind.rawValue) reads "
          + "\(kind.takesSeveralInputs ? "two or more layers" : "one layer")"
          + "; here it has \(inputs.count)")
    }
    operation = try LayerOperation(kind, section)
    try checkTied(section, layers)
  }

  private static func inputs(
    of section: ConfigSection, after layers: [LayerConfig]
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
    _ section: ConfigSection, _ layers: [LayerConfig]
  ) throws(ConfigError) {
    guard case .linear(let linear) = operation, let owner = linear.tied else { return }
    let owners = layers.filter(\.operation.ownsWeight).map(\.name)
    guard owners.contains(owner) else {
      throw section.unknownName(LinearConfig.CodingKeys.tied, found: owner, known: owners)
    }
  }
}

extension LayerConfig: Encodable {
  /// Writes the keys that a configuration is read from.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encode(operation.kind.rawValue, forKey: .kind)
    try container.encode(inputs, forKey: .inputs)
    try operation.encodeMeasures(to: encoder)
  }
}

extension ConfigForm<String> {
  /// A name that files and command lines can carry without quotes.
  static let layerName = ConfigForm(
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
