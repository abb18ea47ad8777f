public import PartitaKeys

/// The kinds of layers that a configuration's `model.layers` can choose among.
public struct LayerCatalogue: ConfigCatalogue {
  public var items: [any ReadableLayerKind.Type]

  /// A catalogue of these kinds alone.
  public init(_ items: [any ReadableLayerKind.Type] = []) { self.items = items }

  public static func name(of kind: any ReadableLayerKind.Type) -> String { kind.name }

  /// All kinds of this package but those that are parts of a family, as a GPT's blocks.
  public static let standard = LayerCatalogue([
    LinearLayer.self, ConvolutionLayer.self, AveragePoolLayer.self, MaxPoolLayer.self,
    ReLULayer.self, SigmoidLayer.self, TanhLayer.self, GELULayer.self, SiLULayer.self,
    HardSwishLayer.self, SoftplusLayer.self, LeakyReLULayer.self, ELULayer.self,
    HardSigmoidLayer.self, ClipLayer.self, PReLULayer.self,
    SoftmaxLayer.self, LogSoftmaxLayer.self,
    AddLayer.self, SubtractLayer.self, MultiplyLayer.self, DivideLayer.self,
    MatrixProductLayer.self, ConcatenateLayer.self, SliceLayer.self,
    BiasLayer.self, ScaleLayer.self, AddConstantLayer.self, MultiplyConstantLayer.self,
    FlattenLayer.self, ReshapeLayer.self, TransposeLayer.self,
    DropoutLayer.self, LayerNormLayer.self, EmbeddingLayer.self, PositionalEmbeddingLayer.self,
    AttentionLayer.self,
    BatchNormLayer.self, GlobalAveragePoolLayer.self,
  ])
}
