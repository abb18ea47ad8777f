internal import PartitaGraph

/// The matrix product with a trained array of matrices, one for each entry of the outer axes.
struct ParameterProductLayer: LayerKind {
  static let name = "parameter-product"

  /// The extents of the array: [..., rows, columns].
  let shape: [Int]
  /// Whether its matrices stand on the left.
  let isLeft: Bool

  func build(
    _ name: String, on inputs: [ValueID], in network: inout NetworkBuilder
  ) throws(GraphError) -> ValueID {
    let matrices = try network.parameter(
      "\(name).weight", Shape(shape), .normal(deviation: 0.02))
    let own = network.graph.type(of: inputs[0]).shape.extents
    let wanted = Shape(own.dropLast(2).map { $0 }).broadcast(
      with: Shape(shape.dropLast(2).map { $0 }))
    guard let outer = wanted?.extents else {
      throw .operands(
        operator: Self.name, layer: name, problem: "\(own) and \(shape) have other outer axes")
    }
    let x = try network.graph.spread(inputs[0], to: outer + own.suffix(2))
    let w = try network.graph.spread(matrices, to: outer + shape.suffix(2))
    return try network.graph.append(MatrixProduct(), isLeft ? w : x, isLeft ? x : w)
  }
}
