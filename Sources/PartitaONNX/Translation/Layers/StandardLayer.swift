internal import PartitaGraph

/// The elements of some innermost axes together with mean 0 and variance 1, and no parameters.
struct StandardLayer: LayerKind {
  static let name = "standardise"

  /// What is added to the variance before its root is taken.
  let epsilon: Double
  /// How many of the innermost axes are taken together.
  let axes: Int

  func build(
    _ name: String, on inputs: [ValueID], in network: inout NetworkBuilder
  ) throws(GraphError) -> ValueID {
    let shape = network.graph.type(of: inputs[0]).shape.extents
    let last = Array(shape.count - axes..<shape.count)
    let rows = Shape(shape.dropLast(axes) + last.map { _ in 1 })
    let mean = try network.graph.append(Mean(axes: last), inputs[0])
    let less = try network.graph.append(
      Reshape(to: rows), try network.graph.append(Scale(-1), mean))
    let centred = try network.graph.append(Add(), inputs[0], less)
    let square = try network.graph.append(Multiply(), centred, centred)
    let variance = try network.graph.append(
      AddConstant(epsilon), try network.graph.append(Mean(axes: last), square))
    let deviation = try network.graph.append(SquareRoot(), variance)
    let factor = try network.graph.append(
      Reshape(to: rows), try network.graph.append(Reciprocal(), deviation))
    return try network.graph.append(Multiply(), centred, factor)
  }
}
