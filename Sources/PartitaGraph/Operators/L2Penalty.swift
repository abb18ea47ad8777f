/// (λ/2)·‖W‖² of one parameter: its share of the regulariser s in J = L + s.
///
/// Its gradient is λW. As a node of J that no sample reaches, it is added once a step, after the
/// reduction over microbatches and replicas (law 1).
public struct L2Penalty: Operator {
  public let name = "l2-penalty"
  public var slicing: Slicing? { .squares(factor: weightDecay / 2) }
  /// λ, the weight decay.
  public let weightDecay: Double

  public init(weightDecay: Double) { self.weightDecay = weightDecay }

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 1)
    try expectShared(inputs[0], "a parameter")
    return [.scalar]
  }

  public func gradients(of call: GradientCall, in graph: inout Graph) throws(GraphError)
    -> [ValueID?]
  {
    guard let upstream = call.upstreamOfFirst else { return [nil] }
    let decay = try graph.append(Scale(weightDecay), call.inputs[0])
    return [try graph.scaled(decay, by: upstream)]
  }

  public func decompose(_ inputs: [ValueID], in graph: inout Graph) throws(GraphError)
    -> [ValueID]?
  {
    let norm = try graph.append(SquaredNorm(), inputs[0])
    return [try graph.append(Scale(weightDecay / 2), norm)]
  }

  public func flops(inputs: [ValueType], outputs: [ValueType], samples: Int) -> Int {
    2 * inputs[0].shape.count
  }

  public var description: String { "l2-penalty(\(weightDecay))" }
}
