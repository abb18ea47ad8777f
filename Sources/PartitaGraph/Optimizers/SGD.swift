public import PartitaKeys

/// Stochastic gradient descent: v ← μ·v + g; W ← W - η·v, or W - η·(g + μ·v) with Nesterov's
/// look-ahead (Sutskever et al. 2013, in PyTorch's form).
public struct SGD: OptimizerRule {
  public static let name = "sgd"
  public static let summary = "stochastic gradient descent"
  public static let usualLearningRate = 0.1

  public static let keys = [
    KeyDescription(
      "momentum", type: "0 up to 1, without 1", standard: "0",
      meaning: "the share of the last direction that stays"),
    KeyDescription(
      "nesterov", type: "true or false", standard: "false",
      meaning: "the gradient is taken a step ahead; needs momentum"),
  ]

  /// μ; 0 means that nothing is remembered.
  public let momentum: Double
  /// Whether the step looks ahead.
  public let nesterov: Bool

  enum CodingKeys: String, CodingKey {
    case momentum
    case nesterov
  }

  /// Nesterov's step without momentum is a plain one.
  public init(momentum: Double = 0, nesterov: Bool = false) {
    self.momentum = momentum
    self.nesterov = nesterov
  }

  public init(_ section: ConfigSection) throws(ConfigError) {
    momentum = try section.value(CodingKeys.momentum, .number(.rate)) ?? 0
    nesterov = try section.value(CodingKeys.nesterov, .flag) ?? false
    guard momentum > 0 || !nesterov else {
      throw section.conflict(
        CodingKeys.nesterov, "Nesterov's step needs training.momentum above 0")
    }
  }

  public func update(
    _ call: UpdateCall, in graph: inout Graph
  ) throws(GraphError) -> [Assignment] {
    let (parameter, gradient) = (call.parameter, call.gradient)
    guard momentum != 0 else {
      let next = try graph.append(Descend(), parameter, gradient, call.learningRate)
      return [Assignment(variable: parameter, value: next)]
    }
    let velocity = try graph.state("momentum", of: parameter)
    let next = try graph.append(
      Add(), try graph.append(Scale(momentum), velocity), gradient)
    let direction =
      nesterov
      ? try graph.append(Add(), gradient, try graph.append(Scale(momentum), next)) : next
    return [
      Assignment(variable: velocity, value: next),
      Assignment(
        variable: parameter,
        value: try graph.append(Descend(), parameter, direction, call.learningRate)),
    ]
  }
}

extension OptimizerRule where Self == SGD {
  /// Stochastic gradient descent.
  public static func sgd(momentum: Double, nesterov: Bool) -> SGD {
    SGD(momentum: momentum, nesterov: nesterov)
  }
}
