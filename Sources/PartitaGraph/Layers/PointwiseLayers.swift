public import PartitaKeys

/// x where x > 0, else a share of it.
public struct LeakyReLULayer: ReadableLayerKind {
  public static let name = "leaky-relu"
  public static let summary = "x where it is positive, else slope·x"
  public static let keys = [
    KeyDescription(
      "slope", type: "number", standard: "0.01", meaning: "the slope below 0")
  ]

  /// The slope below 0.
  public let slope: Double

  enum CodingKeys: String, CodingKey {
    case slope
  }

  fileprivate init(slope: Double) { self.slope = slope }

  public init(_ section: ConfigSection) throws(ConfigError) {
    slope = try section.value(CodingKeys.slope, .number(.any)) ?? 0.01
  }

  public func build(
    _ name: String, on inputs: [ValueID], in network: inout NetworkBuilder
  ) throws(GraphError) -> ValueID {
    try network.graph.append(Pointwise(.leakyReLU(slope: slope)), inputs[0])
  }
}

/// x where x > 0, else α·(e^x - 1).
public struct ELULayer: ReadableLayerKind {
  public static let name = "elu"
  public static let summary = "x where it is positive, else α·(e^x - 1)"
  public static let keys = [
    KeyDescription("alpha", type: "number", standard: "1", meaning: "α")
  ]

  /// α.
  public let alpha: Double

  enum CodingKeys: String, CodingKey {
    case alpha
  }

  fileprivate init(alpha: Double) { self.alpha = alpha }

  public init(_ section: ConfigSection) throws(ConfigError) {
    alpha = try section.value(CodingKeys.alpha, .number(.any)) ?? 1
  }

  public func build(
    _ name: String, on inputs: [ValueID], in network: inout NetworkBuilder
  ) throws(GraphError) -> ValueID {
    try network.graph.append(Pointwise(.elu(alpha: alpha)), inputs[0])
  }
}

/// α·x + β, cut off at 0 and 1.
public struct HardSigmoidLayer: ReadableLayerKind {
  public static let name = "hard-sigmoid"
  public static let summary = "α·x + β, cut off at 0 and 1"
  public static let keys = [
    KeyDescription("alpha", type: "number", standard: "1/6", meaning: "α"),
    KeyDescription("beta", type: "number", standard: "0.5", meaning: "β"),
  ]

  /// α.
  public let alpha: Double
  /// β.
  public let beta: Double

  enum CodingKeys: String, CodingKey {
    case alpha
    case beta
  }

  fileprivate init(alpha: Double, beta: Double) { (self.alpha, self.beta) = (alpha, beta) }

  public init(_ section: ConfigSection) throws(ConfigError) {
    alpha = try section.value(CodingKeys.alpha, .number(.any)) ?? 1 / 6
    beta = try section.value(CodingKeys.beta, .number(.any)) ?? 0.5
  }

  public func build(
    _ name: String, on inputs: [ValueID], in network: inout NetworkBuilder
  ) throws(GraphError) -> ValueID {
    try network.graph.append(Pointwise(.hardSigmoid(alpha: alpha, beta: beta)), inputs[0])
  }
}

/// x, cut off at one number or at two.
public struct ClipLayer: ReadableLayerKind {
  public static let name = "clip"
  public static let summary = "x, cut off at one number or at two (0 and 6: ReLU6)"
  public static let keys = [
    KeyDescription("minimum", type: "number", standard: "none", meaning: "the least result"),
    KeyDescription(
      "maximum", type: "number above `minimum`", standard: "none", meaning: "the largest result"),
  ]

  /// The least result; nil for none.
  public let minimum: Double?
  /// The largest result; nil for none.
  public let maximum: Double?

  enum CodingKeys: String, CodingKey {
    case minimum
    case maximum
  }

  fileprivate init(minimum: Double?, maximum: Double?) {
    (self.minimum, self.maximum) = (minimum, maximum)
  }

  public init(_ section: ConfigSection) throws(ConfigError) {
    minimum = try section.value(CodingKeys.minimum, .number(.any))
    maximum = try section.value(CodingKeys.maximum, .number(.any))
    guard minimum != nil || maximum != nil else {
      throw section.missing(CodingKeys.minimum, expected: "a finite number here or as maximum")
    }
    if let minimum, let maximum, minimum >= maximum {
      throw section.conflict(
        CodingKeys.maximum, "\(maximum) isn't above the minimum, \(minimum)")
    }
  }

  public func build(
    _ name: String, on inputs: [ValueID], in network: inout NetworkBuilder
  ) throws(GraphError) -> ValueID {
    let function = PointwiseFunction.clip(
      minimum: minimum ?? -.infinity, maximum: maximum ?? .infinity)
    return try network.graph.append(Pointwise(function), inputs[0])
  }
}

/// x where x > 0, else a trained share of it, by default one for each channel.
public struct PReLULayer: ReadableLayerKind {
  public static let name = "prelu"
  public static let summary = "x where it is positive, else a trained share of it"
  public static let keys = [
    KeyDescription(
      "shape", type: "list of whole numbers from 1", standard: "a share for each channel",
      meaning: "the shape of the shares, which start at 0.25; it is broadcast over the sample as "
        + "NumPy does")
  ]

  /// The shape of the shares; nil for one for each entry of the outermost axis.
  public let shape: [Int]?

  enum CodingKeys: String, CodingKey {
    case shape
  }

  fileprivate init(shape: [Int]?) { self.shape = shape }

  public init(_ section: ConfigSection) throws(ConfigError) {
    shape = try section.value(
      CodingKeys.shape, .list(of: .integer(atLeast: 1), atLeast: 1))
  }

  /// max(x, 0) - a·max(-x, 0) (He, Zhang, Ren and Sun, arXiv 1502.01852).
  public func build(
    _ name: String, on inputs: [ValueID], in network: inout NetworkBuilder
  ) throws(GraphError) -> ValueID {
    let x = inputs[0]
    let extents = network.graph.type(of: x).shape.extents
    let perChannel = extents.prefix(1) + extents.dropFirst().map { _ in 1 }
    let share = try network.parameter(
      "\(name).weight", Shape(shape ?? Array(perChannel)), .constant(0.25))
    let above = try network.graph.append(ReLU(), x)
    let below = try network.graph.append(ReLU(), try network.graph.append(Scale(-1), x))
    let negative = try network.graph.append(Scale(-1), below)
    return try network.graph.append(
      Add(), above, try network.graph.append(Multiply(), negative, share))
  }
}

extension LayerKind where Self == LeakyReLULayer {
  /// x where x > 0, else slope·x.
  public static func leakyReLU(slope: Double = 0.01) -> LeakyReLULayer {
    LeakyReLULayer(slope: slope)
  }
}

extension LayerKind where Self == ELULayer {
  /// x where x > 0, else α·(e^x - 1).
  public static func elu(alpha: Double = 1) -> ELULayer { ELULayer(alpha: alpha) }
}

extension LayerKind where Self == HardSigmoidLayer {
  /// α·x + β, cut off at 0 and 1.
  public static func hardSigmoid(alpha: Double = 1 / 6, beta: Double = 0.5) -> HardSigmoidLayer {
    HardSigmoidLayer(alpha: alpha, beta: beta)
  }
}

extension LayerKind where Self == ClipLayer {
  /// x, cut off at one number or at two.
  public static func clip(minimum: Double? = nil, maximum: Double? = nil) -> ClipLayer {
    ClipLayer(minimum: minimum, maximum: maximum)
  }
}

extension LayerKind where Self == PReLULayer {
  /// x where x > 0, else a trained share of it.
  public static func prelu(shape: Shape? = nil) -> PReLULayer {
    PReLULayer(shape: shape?.extents)
  }
}
