internal import PartitaGraph

/// A trained array that is the same for each sample, as a class token.
struct TokenLayer: LayerKind {
  static let name = "token"

  /// The extents of the array.
  let shape: [Int]

  /// Zero of a sample's first element stands for the sample: no operator makes samples of nothing.
  func build(
    _ name: String, on inputs: [ValueID], in network: inout NetworkBuilder
  ) throws(GraphError) -> ValueID {
    let token = try network.parameter("\(name).weight", Shape(shape), .normal(deviation: 0.02))
    let count = network.graph.type(of: inputs[0]).shape.count
    let flat = try network.graph.append(Reshape(to: [count]), inputs[0])
    let first = try network.graph.append(Slice(axis: 0, start: 0, length: 1), flat)
    let nought = try network.graph.append(Scale(0), first)
    return try network.graph.append(Add(), nought, token)
  }
}
