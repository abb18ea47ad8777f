internal import PartitaGraph

/// The square root of each element.
struct SquareRootLayer: LayerKind {
  static let name = "square-root"

  func build(
    _ name: String, on inputs: [ValueID], in network: inout NetworkBuilder
  ) throws(GraphError) -> ValueID {
    try network.graph.append(SquareRoot(), inputs[0])
  }
}
