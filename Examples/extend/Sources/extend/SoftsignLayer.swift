import PartitaGraph
import PartitaKeys

// How do I add a kind of layer?
//
// A kind has a name and keys, reads them, and appends nodes. This one has no keys; one that has
// lists them in `keys`, keeps them in stored properties with `CodingKeys`, and reads them from the
// section, as `Spirals` does.

/// `kind: softsign` in `model.layers`.
struct SoftsignLayer: ReadableLayerKind {
  static let name = "softsign"
  static let summary = "x / (1 + abs x)"

  init(_ section: ConfigSection) throws(ConfigError) {}

  func build(
    _ name: String, on inputs: [ValueID], in network: inout NetworkBuilder
  ) throws(GraphError) -> ValueID {
    try network.graph.append(Softsign(), inputs[0])
  }
}
