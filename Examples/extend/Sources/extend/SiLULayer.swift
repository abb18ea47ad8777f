import PartitaGraph
import PartitaKeys

// How do I add a kind of layer?
//
// A kind has a name and keys, reads them, and appends nodes. This one has no keys; one that has
// lists them in `keys`, keeps them in stored properties with `CodingKeys`, and reads them from the
// section, as `Spirals` does.

/// `kind: silu` in `model.layers`.
struct SiLULayer: ReadableLayerKind {
  static let name = "silu"
  static let summary = "x·σ(x)"

  init(_ section: ConfigSection) throws(ConfigError) {}

  func build(
    _ name: String, on inputs: [ValueID], in network: inout NetworkBuilder
  ) throws(GraphError) -> ValueID {
    try network.graph.append(SiLU(), inputs[0])
  }
}
