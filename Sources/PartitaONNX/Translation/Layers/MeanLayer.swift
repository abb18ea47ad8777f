internal import PartitaGraph

/// The mean, or the sum, along some axes of a sample.
struct MeanLayer: LayerKind {
  static let name = "mean"

  /// The axes, which vanish.
  let axes: [Int]
  /// Whether it is the sum.
  let isSum: Bool

  func build(
    _ name: String, on inputs: [ValueID], in network: inout NetworkBuilder
  ) throws(GraphError) -> ValueID {
    isSum
      ? try network.graph.append(Sum(axes: axes), inputs[0])
      : try network.graph.append(Mean(axes: axes), inputs[0])
  }
}
