internal import PartitaKeys

/// How parameters follow their gradients: a rule for each, and a limit for all together.
public struct Optimizer: Sendable {
  /// The rule of one update.
  public let rule: any OptimizerRule
  /// The largest global norm of all gradients; nil leaves them as they are.
  public let clipNorm: Double?

  /// Gradients are clipped, where they are, before the rule sees them.
  public init(_ rule: some OptimizerRule, clipNorm: Double? = nil) {
    self.init(of: rule, clipNorm: clipNorm)
  }

  /// The same for a rule whose type only a catalogue knows.
  package init(of rule: any OptimizerRule, clipNorm: Double?) {
    self.rule = rule
    self.clipNorm = clipNorm
  }

  /// What configurations call the rule.
  public var name: String { type(of: rule).name }
}

extension Optimizer: Hashable {
  public static func == (left: Optimizer, right: Optimizer) -> Bool {
    left.clipNorm == right.clipNorm && AnyHashable(left.rule) == AnyHashable(right.rule)
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(clipNorm)
    hasher.combine(AnyHashable(rule))
  }
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
    let rate = try setting(.learningRate)
    var assignments: [Assignment] = []
    for parameter in parameters {
      guard let gradient = gradients[parameter] else { continue }
      let owner = owner(of: parameter)
      assignments += try inLayer(owner, backward: false) { (graph) throws(GraphError) in
        let call = UpdateCall(
          parameter: parameter, gradient: gradient, learningRate: rate,
          isDecayed: objective.decays(graph[parameter]))
        return try optimizer.rule.update(call, in: &graph)
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
}
