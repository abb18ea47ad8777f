internal import PartitaGraph

/// Zeros before and behind along the axes of a sample.
struct PaddedLayer: LayerKind {
  static let name = "pad"

  /// Zeros before and behind each axis.
  let before, behind: [Int]

  func build(
    _ name: String, on inputs: [ValueID], in network: inout NetworkBuilder
  ) throws(GraphError) -> ValueID {
    var result = inputs[0]
    for axis in before.indices where before[axis] + behind[axis] > 0 {
      result = try network.graph.append(
        Pad(axis: axis, before: before[axis], after: behind[axis]), result)
    }
    return result
  }
}
