public import PartitaKeys

/// The matrix product of two layers over their two innermost axes, for every entry of the outer axes.
public struct MatrixProductLayer: ReadableLayerKind {
  public static let name = "matmul"
  public static let summary =
    "the matrix product of two layers over their last two axes, for every entry of the others"
  public static let readsSeveral = true
  public static let keys = [
    KeyDescription(
      "transpose_left", type: "true or false", standard: "false",
      meaning: "whether the first layer's last two axes are exchanged"),
    KeyDescription(
      "transpose_right", type: "true or false", standard: "false",
      meaning: "whether the second layer's last two axes are exchanged"),
  ]

  /// Whether the first operand is transposed.
  public let transposesLeft: Bool
  /// Whether the second operand is transposed.
  public let transposesRight: Bool

  enum CodingKeys: String, CodingKey {
    case transposesLeft = "transpose_left"
    case transposesRight = "transpose_right"
  }

  fileprivate init(transposesLeft: Bool, transposesRight: Bool) {
    (self.transposesLeft, self.transposesRight) = (transposesLeft, transposesRight)
  }

  public init(_ section: ConfigSection) throws(ConfigError) {
    transposesLeft = try section.value(CodingKeys.transposesLeft, .flag) ?? false
    transposesRight = try section.value(CodingKeys.transposesRight, .flag) ?? false
  }

  public func build(
    _ name: String, on inputs: [ValueID], in network: inout NetworkBuilder
  ) throws(GraphError) -> ValueID {
    let op = MatrixProduct(transposesLeft: transposesLeft, transposesRight: transposesRight)
    return try network.graph.appendAll(op, inputs)[0]
  }
}

extension LayerKind where Self == MatrixProductLayer {
  /// The matrix product of two layers.
  public static func matmul(
    transposesLeft: Bool = false, transposesRight: Bool = false
  ) -> MatrixProductLayer {
    MatrixProductLayer(transposesLeft: transposesLeft, transposesRight: transposesRight)
  }
}
