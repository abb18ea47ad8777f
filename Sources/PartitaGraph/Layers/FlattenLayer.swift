public import PartitaKeys

/// All axes of a sample as one.
public struct FlattenLayer: ReadableLayerKind {
  public static let name = "flatten"
  public static let summary = "all axes of a sample as one"

  public init() {}

  public init(_ section: ConfigSection) { self.init() }

  public func build(
    _ name: String, on inputs: [ValueID], in network: inout NetworkBuilder
  ) throws(GraphError) -> ValueID {
    let count = network.graph.type(of: inputs[0]).shape.count
    return try network.graph.append(Reshape(to: [count]), inputs[0])
  }
}

extension LayerKind where Self == FlattenLayer {
  /// All axes of a sample as one.
  public static var flatten: FlattenLayer { FlattenLayer() }
}
