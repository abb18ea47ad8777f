public import PartitaKeys

/// What a layer of a network computes; a file a kind.
///
/// A kind is a pure value: its measures (features, a rate), never data. It becomes nodes of a graph
/// in `build`. As an `Encodable` it writes its keys as a configuration has them; the compiler makes
/// that of stored properties and `CodingKeys`.
public protocol LayerKind: Hashable, Sendable, Encodable {
  /// What configurations call the kind.
  static var name: String { get }

  /// Whether it reads two or more layers; by default it reads one.
  static var readsSeveral: Bool { get }

  /// Whether it makes a parameter `<layer>.weight` that other layers may share; not by default.
  var ownsWeight: Bool { get }

  /// The layer whose weight it shares; nil by default.
  var tied: String? { get }

  /// Appends the layer's nodes.
  ///
  /// - Parameters:
  ///   - name: the layer's name, with which those of its parameters begin.
  ///   - inputs: what it reads: one value, or several where `readsSeveral`.
  ///   - network: the graph so far, and what layers are made of.
  /// - Returns: the layer's result.
  /// - Throws: `GraphError` where the measures don't fit the inputs.
  func build(
    _ name: String, on inputs: [ValueID], in network: inout NetworkBuilder
  ) throws(GraphError) -> ValueID
}

extension LayerKind {
  public static var readsSeveral: Bool { false }
  public var ownsWeight: Bool { false }
  public var tied: String? { nil }
}

/// A kind of layer that configurations can choose: an entry of a `LayerCatalogue`.
///
/// Beside what it computes it says which keys it has, and reads and checks them.
public protocol ReadableLayerKind: LayerKind, ConfigChoice {
  /// Reads the measures; that there are no keys but those described is known.
  /// - Throws: `ConfigError` that points at the key.
  init(_ section: ConfigSection) throws(ConfigError)
}

/// What a network is built for.
public enum NetworkMode: Hashable, Sendable {
  /// Dropout drops; batch norm takes the mean and the variance of a microbatch.
  case training
  /// Dropout passes on what it reads; batch norm takes its running values.
  case prediction
  /// Dropout passes on what it reads; batch norm takes the mean and the variance of a microbatch: so J
  /// is a function of the weights alone, which has second derivatives.
  case curvature
}
