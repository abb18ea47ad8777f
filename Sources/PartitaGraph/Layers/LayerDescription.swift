/// One layer of a network: a name, what it computes, and whose results it reads.
///
/// A network is a list of these, whatever it was written as: a family such as `mlp`, or layers one
/// by one.
public struct LayerDescription: Sendable {
  /// The name by which cuts, parameters and other layers speak of it.
  public let name: String
  /// What it computes.
  public let kind: any LayerKind
  /// The layers read, `input` being the data; empty for the layer just before.
  public let inputs: [String]

  /// The name that stands for the data.
  public static let dataName = "input"

  /// Nothing is checked yet: `Graph.buildNetwork` knows the other layers.
  public init(_ name: String, _ kind: some LayerKind, inputs: [String] = []) {
    self.init(name, of: kind, inputs: inputs)
  }

  init(_ name: String, of kind: any LayerKind, inputs: [String]) {
    self.name = name
    self.kind = kind
    self.inputs = inputs
  }
}

extension LayerDescription: Hashable {
  public static func == (left: LayerDescription, right: LayerDescription) -> Bool {
    left.name == right.name && left.inputs == right.inputs
      && AnyHashable(left.kind) == AnyHashable(right.kind)
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(name)
    hasher.combine(inputs)
    hasher.combine(AnyHashable(kind))
  }
}
