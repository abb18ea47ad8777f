internal import PartitaGraph

/// GELU by tanh: x·(1 + tanh(√(2/π)·(x + 0.044715·x³))) / 2 (Hendrycks and Gimpel, arXiv 1606.08415).
struct TanhGELULayer: LayerKind {
  static let name = "gelu-by-tanh"

  func build(
    _ name: String, on inputs: [ValueID], in network: inout NetworkBuilder
  ) throws(GraphError) -> ValueID {
    let x = inputs[0]
    let square = try network.graph.append(Multiply(), x, x)
    let slope = try network.graph.append(
      AddConstant(1), try network.graph.append(Scale(0.044715), square))
    let line = try network.graph.append(
      Scale((2 / Double.pi).squareRoot()), try network.graph.append(Multiply(), x, slope))
    let share = try network.graph.append(AddConstant(1), try network.graph.append(Tanh(), line))
    return try network.graph.append(
      Scale(0.5), try network.graph.append(Multiply(), x, share))
  }
}
