internal import PartitaGraph

/// What is read, repeated along axes of extent 1 or new ones in front until it has a shape.
struct SpreadLayer: LayerKind {
  static let name = "spread"

  /// The extents of the result.
  let shape: [Int]

  func build(
    _ name: String, on inputs: [ValueID], in network: inout NetworkBuilder
  ) throws(GraphError) -> ValueID {
    try network.graph.spread(inputs[0], to: shape)
  }
}

extension Graph {
  /// Appends a value's repetition along axes of extent 1, or new ones in front.
  ///
  /// - Parameters:
  ///   - value: the value.
  ///   - extents: those of the result, which the value's shape must be spread over.
  /// - Returns: the value itself where it has these extents.
  /// - Throws: what the appended operators throw.
  mutating func spread(_ value: ValueID, to extents: [Int]) throws(GraphError) -> ValueID {
    let own = type(of: value).shape.extents
    guard own != extents else { return value }
    let lead = extents.count - own.count
    let repeated = extents.indices.filter { axis in
      axis < lead || (own[axis - lead] == 1 && extents[axis] != 1)
    }
    let kept = extents.indices.filter { !repeated.contains($0) }.map { extents[$0] }
    let narrow = kept == own ? value : try append(Reshape(to: Shape(kept)), value)
    return try append(Broadcast(to: Shape(extents), along: repeated), narrow)
  }
}
