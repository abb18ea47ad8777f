internal import PartitaGraph

/// One over each element.
struct ReciprocalLayer: LayerKind {
  static let name = "reciprocal"

  func build(
    _ name: String, on inputs: [ValueID], in network: inout NetworkBuilder
  ) throws(GraphError) -> ValueID {
    try network.graph.append(Reciprocal(), inputs[0])
  }
}
