/// How parameters follow their gradients; each is a small graph, repeated for every parameter.
public struct Optimizer: Hashable, Sendable, Codable {
  /// The rule of one update.
  public enum Rule: Hashable, Sendable, Codable {
    /// v ← μ·v + g; W ← W - η·v, or W - η·(g + μ·v) with Nesterov's look-ahead (Sutskever et al.
    /// 2013, in PyTorch's form).
    case sgd(momentum: Double, nesterov: Bool)
    /// Adam with its decay apart from the gradient (Loshchilov and Hutter, arXiv 1711.05101).
    case adamW(beta1: Double, beta2: Double, epsilon: Double, weightDecay: Double)
  }

  /// The rule of one update.
  public let rule: Rule
  /// The largest global norm of all gradients; nil leaves them as they are.
  public let clipNorm: Double?

  /// Makes an optimizer.
  public init(_ rule: Rule, clipNorm: Double? = nil) {
    self.rule = rule
    self.clipNorm = clipNorm
  }
}

/// A variable that takes a new value at the end of each step.
public struct Assignment: Hashable, Sendable {
  /// A parameter or an optimizer's state.
  public let variable: ValueID
  /// What it becomes.
  public let value: ValueID
}

extension Graph {
  /// Appends the update of every parameter; each belongs to the layer that owns the parameter.
  ///
  /// - Returns: the assignments, and the squared norm of all gradients where they are clipped.
  mutating func appendUpdates(
    _ optimizer: Optimizer, gradients: [ValueID: ValueID], objective: Objective
  ) throws(GraphError) -> (assignments: [Assignment], squaredNorm: ValueID?) {
    var gradients = gradients
    var squaredNorm: ValueID?
    if let limit = optimizer.clipNorm {
      squaredNorm = try clip(&gradients, to: limit)
    }
    let rate = try variable("learningRate", .scalar, .setting(.learningRate))
    var assignments: [Assignment] = []
    for parameter in parameters {
      guard let gradient = gradients[parameter] else { continue }
      let owner = owner(of: parameter)
      assignments += try inLayer(owner, backward: false) { (graph) throws(GraphError) in
        switch optimizer.rule {
        case .sgd(let momentum, let nesterov):
          try graph.sgd(parameter, gradient, rate, momentum: momentum, nesterov: nesterov)
        case .adamW(let beta1, let beta2, let epsilon, let decay):
          try graph.adamW(
            parameter, gradient, rate, beta1, beta2, epsilon,
            decay: objective.decays(graph.type(of: parameter).shape) ? decay : 0)
        }
      }
    }
    return (assignments, squaredNorm)
  }

  /// Replaces every gradient by itself times the factor that keeps the global norm in its limit.
  private mutating func clip(_ gradients: inout [ValueID: ValueID], to limit: Double)
    throws(GraphError) -> ValueID
  {
    let owned = parameters.filter { gradients[$0] != nil }
    var norms: [ValueID] = []
    for parameter in owned {
      guard let gradient = gradients[parameter] else { continue }
      norms.append(
        try inLayer(owner(of: parameter), backward: false) { (graph) throws(GraphError) in
          try graph.append(SquaredNorm(), gradient)
        })
    }
    let summands = norms
    let (total, factor) = try inLayer(nil, backward: false) { (graph) throws(GraphError) in
      let total = try graph.appendAll(ScalarSum(), summands)[0]
      return (total, try graph.append(ClipFactor(limit: limit), total))
    }
    for parameter in owned {
      guard let gradient = gradients[parameter] else { continue }
      gradients[parameter] = try inLayer(owner(of: parameter), backward: false) {
        (graph) throws(GraphError) in try graph.append(ScaleBy(), gradient, factor)
      }
    }
    return total
  }

  private mutating func sgd(
    _ parameter: ValueID, _ gradient: ValueID, _ rate: ValueID, momentum: Double, nesterov: Bool
  ) throws(GraphError) -> [Assignment] {
    guard momentum != 0 else {
      return [
        Assignment(
          variable: parameter, value: try append(Descend(), parameter, gradient, rate))
      ]
    }
    let velocity = try state("momentum", of: parameter)
    let next = try append(Add(), try append(Scale(momentum), velocity), gradient)
    let direction =
      nesterov ? try append(Add(), gradient, try append(Scale(momentum), next)) : next
    return [
      Assignment(variable: velocity, value: next),
      Assignment(variable: parameter, value: try append(Descend(), parameter, direction, rate)),
    ]
  }

  private mutating func adamW(
    _ parameter: ValueID, _ gradient: ValueID, _ rate: ValueID, _ beta1: Double, _ beta2: Double,
    _ epsilon: Double, decay: Double
  ) throws(GraphError) -> [Assignment] {
    let correction1 = try setting(.firstMomentCorrection)
    let correction2 = try setting(.secondMomentCorrection)
    let (first, second) = (
      try state("firstMoment", of: parameter), try state("secondMoment", of: parameter)
    )
    let nextFirst = try append(
      Add(), try append(Scale(beta1), first), try append(Scale(1 - beta1), gradient))
    let square = try append(Multiply(), gradient, gradient)
    let nextSecond = try append(
      Add(), try append(Scale(beta2), second), try append(Scale(1 - beta2), square))
    let deviation = try append(SquareRoot(), try append(ScaleBy(), nextSecond, correction2))
    let inverse = try append(Reciprocal(), try append(AddConstant(epsilon), deviation))
    let mean = try append(ScaleBy(), nextFirst, correction1)
    var direction = try append(Multiply(), mean, inverse)
    if decay != 0 {
      direction = try append(Add(), direction, try append(Scale(decay), parameter))
    }
    return [
      Assignment(variable: first, value: nextFirst),
      Assignment(variable: second, value: nextSecond),
      Assignment(variable: parameter, value: try append(Descend(), parameter, direction, rate)),
    ]
  }

  /// What an optimizer remembers of a parameter.
  private mutating func state(_ kind: String, of parameter: ValueID) throws(GraphError) -> ValueID {
    try variable("\(self[parameter].name).\(kind)", type(of: parameter), .state)
  }

  private mutating func setting(_ setting: Setting) throws(GraphError) -> ValueID {
    if let known = variable(named: setting.rawValue) { return known }
    return try variable(setting.rawValue, .scalar, .setting(setting))
  }
}
