public import PartitaKeys

/// The mean of each channel of [C, H, W] over all of its pixels.
public struct GlobalAveragePoolLayer: ReadableLayerKind {
  public static let name = "global-average-pool"
  public static let summary = "the mean of each channel over rows and columns"

  public init() {}

  public init(_ section: ConfigSection) { self.init() }

  public func build(
    _ name: String, on inputs: [ValueID], in network: inout NetworkBuilder
  ) throws(GraphError) -> ValueID {
    try network.graph.append(GlobalAveragePool(), inputs[0])
  }
}

extension LayerKind where Self == GlobalAveragePoolLayer {
  /// The mean of each channel of [C, H, W] over all of its pixels.
  public static var globalAveragePool: GlobalAveragePoolLayer { GlobalAveragePoolLayer() }
}
