internal import PartitaGraph

/// The magnitude of each element, max(x, 0) + max(-x, 0).
struct MagnitudeLayer: LayerKind {
  static let name = "magnitude"

  func build(
    _ name: String, on inputs: [ValueID], in network: inout NetworkBuilder
  ) throws(GraphError) -> ValueID {
    let above = try network.graph.append(ReLU(), inputs[0])
    let below = try network.graph.append(ReLU(), try network.graph.append(Scale(-1), inputs[0]))
    return try network.graph.append(Add(), above, below)
  }
}
