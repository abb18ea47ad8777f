public import PartitaKeys

/// What layers share that join a parameter of their own to what they read, broadcast as NumPy does.
public protocol TrainedLayer: ReadableLayerKind {
  /// What the parameter's name ends in.
  static var parameter: String { get }
  /// What the parameter starts at.
  static var start: Double { get }
  /// The operator of what is read and the parameter.
  static var combination: any Operator { get }
  /// The extents of the parameter's shape.
  var shape: [Int] { get }

  /// Makes a layer with a parameter of this shape.
  init(shape: [Int])
}

private enum TrainedKeys: String, CodingKey {
  case shape
}

extension TrainedLayer {
  public static var keys: [KeyDescription] {
    [
      KeyDescription(
        "shape", type: "list of whole numbers from 1", standard: nil,
        meaning: "the parameter's shape, as `[C, 1, 1]` for one number a channel; it is broadcast "
          + "over the sample as NumPy does, and starts at \(Int(clamping: start))")
    ]
  }

  public init(_ section: ConfigSection) throws(ConfigError) {
    self.init(
      shape: try section.require(
        TrainedKeys.shape, .list(of: .integer(atLeast: 1), atLeast: 1)))
  }

  public func build(
    _ name: String, on inputs: [ValueID], in network: inout NetworkBuilder
  ) throws(GraphError) -> ValueID {
    let parameter = try network.parameter(
      "\(name).\(Self.parameter)", Shape(shape), .constant(Self.start))
    return try network.graph.appendAll(Self.combination, [inputs[0], parameter])[0]
  }
}

/// A trained parameter added to what is read.
public struct BiasLayer: TrainedLayer {
  public static let name = "bias"
  public static let summary = "what is read plus a trained parameter"
  public static let parameter = "bias"
  public static let start = 0.0
  public static let combination: any Operator = Add()

  public let shape: [Int]

  public init(shape: [Int]) { self.shape = shape }
}

/// What is read, multiplied by a trained parameter.
public struct ScaleLayer: TrainedLayer {
  public static let name = "scale"
  public static let summary = "what is read times a trained parameter, element by element"
  public static let parameter = "weight"
  public static let start = 1.0
  public static let combination: any Operator = Multiply()

  public let shape: [Int]

  public init(shape: [Int]) { self.shape = shape }
}

extension LayerKind where Self == BiasLayer {
  /// A trained parameter of this shape, added to what is read.
  public static func bias(_ shape: Shape) -> BiasLayer { BiasLayer(shape: shape.extents) }
}

extension LayerKind where Self == ScaleLayer {
  /// What is read times a trained parameter of this shape.
  public static func scale(_ shape: Shape) -> ScaleLayer { ScaleLayer(shape: shape.extents) }
}
