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
  /// A statistic that evaluation reads and training moves without a gradient, with its first values.
  case running(Initializer)
  /// What an optimizer remembers from step to step: zero at the start.
  case state
  /// A parameter's part of the vector that second derivatives are taken along.
  case direction
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
  /// The value's number.
  public let id: ValueID
  /// A name; unique among variables, empty for most intermediate values.
  public let name: String
  /// Shape, element type, per-sample or shared.
  public let type: ValueType
  /// The role of a variable, nil for a node's result.
  public let role: VariableRole?
  /// The index of the node that makes this value, nil for a variable.
  public let producer: Int?

  /// A variable.
  init(variable id: ValueID, name: String, type: ValueType, role: VariableRole) {
    self.id = id
    self.name = name
    self.type = type
    self.role = role
    producer = nil
  }

  /// What a node makes.
  init(result id: ValueID, of node: Int, type: ValueType) {
    self.id = id
    name = ""
    self.type = type
    role = nil
    producer = node
  }

  /// Whether this is a trained weight.
  public var isParameter: Bool {
    if case .parameter? = role { true } else { false }
  }

  /// Whether this is part of a trained network: a parameter or a running value.
  public var isWeight: Bool { initializer != nil }

  /// The distribution of a weight's first values, nil for all other values.
  public var initializer: Initializer? {
    switch role {
    case .parameter(let initializer), .running(let initializer): initializer
    default: nil
    }
  }
}
