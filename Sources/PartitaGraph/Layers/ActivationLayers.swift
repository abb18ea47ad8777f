public import PartitaKeys

/// A function of each element, as linear layers, convolutions and families have it for a choice.
public enum Activation: String, Hashable, Sendable, Encodable, CaseIterable {
  /// max(x, 0).
  case relu
  /// 1 / (1 + e^-x).
  case sigmoid
  /// tanh x.
  case tanh
  /// x·Φ(x), by erf.
  case gelu
  /// x / (1 + e^-x).
  case silu
  /// x·min(max(x + 3, 0), 6) / 6.
  case hardSwish = "hard-swish"
  /// log(1 + e^x).
  case softplus

  /// Appends the function of a value.
  func append(_ x: ValueID, to graph: inout Graph) throws(GraphError) -> ValueID {
    switch self {
    case .relu: try graph.append(ReLU(), x)
    case .sigmoid: try graph.append(Sigmoid(), x)
    case .tanh: try graph.append(Tanh(), x)
    case .gelu: try graph.append(GELU(), x)
    case .silu: try graph.append(Pointwise(.silu), x)
    case .hardSwish: try graph.append(Pointwise(.hardSwish), x)
    case .softplus: try graph.append(Pointwise(.softplus), x)
    }
  }
}

extension KeyDescription {
  /// The key of layers that may end in an activation.
  static let activation = KeyDescription(
    "activation", oneOf: Activation.self, standard: "none",
    meaning: "a function of each output")
}

/// What activations as layers of their own share.
public protocol ActivationLayer: ReadableLayerKind {
  /// The function.
  static var function: Activation { get }

  /// There is nothing to measure.
  init()
}

extension ActivationLayer {
  public static var name: String { function.rawValue }

  public init(_ section: ConfigSection) { self.init() }

  public func build(
    _ name: String, on inputs: [ValueID], in network: inout NetworkBuilder
  ) throws(GraphError) -> ValueID {
    try Self.function.append(inputs[0], to: &network.graph)
  }
}

/// max(x, 0).
public struct ReLULayer: ActivationLayer {
  public static let function = Activation.relu
  public static let summary = "max(x, 0)"

  public init() {}
}

/// 1 / (1 + e^-x).
public struct SigmoidLayer: ActivationLayer {
  public static let function = Activation.sigmoid
  public static let summary = "1 / (1 + e^-x)"

  public init() {}
}

/// tanh x.
public struct TanhLayer: ActivationLayer {
  public static let function = Activation.tanh
  public static let summary = "tanh x"

  public init() {}
}

/// x·Φ(x) with the exact normal distribution function, by erf.
public struct GELULayer: ActivationLayer {
  public static let function = Activation.gelu
  public static let summary = "x·Φ(x), by erf"

  public init() {}
}

/// x / (1 + e^-x).
public struct SiLULayer: ActivationLayer {
  public static let function = Activation.silu
  public static let summary = "x / (1 + e^-x)"

  public init() {}
}

/// x·min(max(x + 3, 0), 6) / 6.
public struct HardSwishLayer: ActivationLayer {
  public static let function = Activation.hardSwish
  public static let summary = "x·min(max(x + 3, 0), 6) / 6"

  public init() {}
}

/// log(1 + e^x).
public struct SoftplusLayer: ActivationLayer {
  public static let function = Activation.softplus
  public static let summary = "log(1 + e^x)"

  public init() {}
}

extension LayerKind where Self == ReLULayer {
  /// max(x, 0).
  public static var relu: ReLULayer { ReLULayer() }
}

extension LayerKind where Self == SigmoidLayer {
  /// 1 / (1 + e^-x).
  public static var sigmoid: SigmoidLayer { SigmoidLayer() }
}

extension LayerKind where Self == TanhLayer {
  /// tanh x.
  public static var tanh: TanhLayer { TanhLayer() }
}

extension LayerKind where Self == GELULayer {
  /// x·Φ(x), by erf.
  public static var gelu: GELULayer { GELULayer() }
}

extension LayerKind where Self == SiLULayer {
  /// x / (1 + e^-x).
  public static var silu: SiLULayer { SiLULayer() }
}

extension LayerKind where Self == HardSwishLayer {
  /// x·min(max(x + 3, 0), 6) / 6.
  public static var hardSwish: HardSwishLayer { HardSwishLayer() }
}

extension LayerKind where Self == SoftplusLayer {
  /// log(1 + e^x).
  public static var softplus: SoftplusLayer { SoftplusLayer() }
}
