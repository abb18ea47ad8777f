public import PartitaKeys

/// How one parameter follows its gradient; a file a rule.
///
/// A rule is a pure value. In `update` it becomes nodes of the graph, repeated for every parameter;
/// what it remembers from step to step is a variable of the graph, and what changes from step to
/// step by the step's number alone is a setting. As an `Encodable` it writes its keys as a
/// configuration has them.
public protocol OptimizerRule: Hashable, Sendable, Encodable, ConfigChoice {
  /// The learning rate where a configuration gives none.
  static var usualLearningRate: Double { get }

  /// Reads the measures; that there are no keys but those described is known.
  /// - Throws: `ConfigError` that points at the key.
  init(_ section: ConfigSection) throws(ConfigError)

  /// Appends the update of one parameter.
  /// - Returns: the new values of the parameter and of what the rule remembers of it.
  /// - Throws: what the graph says of nodes that don't fit.
  func update(_ call: UpdateCall, in graph: inout Graph) throws(GraphError) -> [Assignment]

  /// Hands over the numbers that the updates of a step read beside the learning rate; none by
  /// default. It runs inside of a step and allocates nothing.
  /// - Parameters:
  ///   - step: the step, counted from 1.
  ///   - set: takes each number.
  func settings(ofStep step: Int, _ set: (_ setting: Setting, _ number: Double) -> Void)
}

extension OptimizerRule {
  public func settings(ofStep step: Int, _ set: (_ setting: Setting, _ number: Double) -> Void) {}
}

/// What a rule is given: one parameter, its gradient, and the step size.
public struct UpdateCall: Sendable {
  /// The parameter.
  public let parameter: ValueID
  /// dJ/dW, after clipping.
  public let gradient: ValueID
  /// The learning rate, a shared Float64 scalar.
  public let learningRate: ValueID
  /// Whether the objective counts this parameter among those that are decayed.
  public let isDecayed: Bool
}

/// A variable that takes a new value at the end of each step.
public struct Assignment: Hashable, Sendable {
  /// A parameter, an optimizer's state or a running value.
  public let variable: ValueID
  /// What it becomes.
  public let value: ValueID

  /// Both must be of one type.
  public init(variable: ValueID, value: ValueID) {
    self.variable = variable
    self.value = value
  }
}

extension Graph {
  /// A variable of a parameter's shape that an optimizer remembers: `<parameter>.<kind>`, zero at
  /// the start.
  /// - Throws: `GraphError` where the name is taken.
  public mutating func state(_ kind: String, of parameter: ValueID) throws(GraphError) -> ValueID {
    try variable("\(self[parameter].name).\(kind)", type(of: parameter), .state)
  }

  /// The variable of a setting, a shared Float64 scalar, made on first use.
  /// - Throws: `GraphError` where the name is taken.
  public mutating func setting(_ setting: Setting) throws(GraphError) -> ValueID {
    if let known = variable(named: setting.rawValue) { return known }
    return try variable(setting.rawValue, .scalar, .setting(setting))
  }
}
