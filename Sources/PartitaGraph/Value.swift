/// A value of a graph, by its number there.
public struct ValueID: Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
  /// The index into `Graph.values`.
  public let index: Int

  /// Names the value with this index.
  public init(_ index: Int) { self.index = index }

  public static func < (left: ValueID, right: ValueID) -> Bool { left.index < right.index }

  public var description: String { "%\(index)" }
}

/// What a variable is to the world outside of the graph: who fills it, and when.
public enum VariableRole: Hashable, Sendable, Codable {
  /// The data: filled for each microbatch.
  case input
  /// What the data should lead to: filled for each microbatch.
  case label
  /// What each sample counts in L: one over the samples of the global batch.
  case sampleWeight
  /// The sample's place in the global batch, the key of its random numbers.
  case sampleIndex
  /// The number of the step, the key of its random numbers.
  case step
  /// A number that the training loop sets before each update, as the learning rate.
  case setting(Setting)
  /// A weight, with its initial distribution.
  case parameter(Initializer)
  /// What an optimizer remembers from step to step: zero at the start.
  case state
}

/// A number that the training loop sets before each update, by the name of its variable.
///
/// The learning rate is everybody's; an optimizer adds its own beside its rule.
public struct Setting: RawRepresentable, Hashable, Sendable, Codable {
  /// The variable's name.
  public let rawValue: String

  public init(rawValue: String) { self.rawValue = rawValue }

  /// Names must differ from those of parameters and of all other settings.
  public init(_ name: String) { rawValue = name }

  /// The step size.
  public static let learningRate = Setting("learningRate")
}

/// The distribution that a parameter's first values are drawn from.
public enum Initializer: Hashable, Sendable, Codable {
  /// All the same.
  case constant(Double)
  /// Uniform in (-bound, bound).
  case uniform(bound: Double)
  /// Normal with mean zero.
  case normal(deviation: Double)
}

/// A variable of the graph, or the result of a node.
public struct Value: Hashable, Sendable {
  /// Where a value comes from.
  public enum Origin: Hashable, Sendable {
    /// From outside of the graph.
    case variable(VariableRole)
    /// From the node with this index, as its output of this number.
    case node(Int, output: Int)
  }

  /// The value's number.
  public let id: ValueID
  /// A name; unique among variables, empty for most intermediate values.
  public let name: String
  /// Shape, element type, per-sample or shared.
  public let type: ValueType
  /// Where it comes from.
  public let origin: Origin

  /// Whether this is a trained weight.
  public var isParameter: Bool {
    if case .variable(.parameter) = origin { true } else { false }
  }

  /// The role of a variable, nil for a node's result.
  public var role: VariableRole? {
    if case .variable(let role) = origin { role } else { nil }
  }

  /// The index of the node that makes this value, nil for a variable.
  public var producer: Int? {
    if case .node(let index, _) = origin { index } else { nil }
  }
}
