/// The sum of shared Float64 scalars in the order given: s over the parameters, J = L + s, the
/// squared norm of all gradients.
public struct ScalarSum: Operator {
  public let name = "scalar-sum"

  public init() {}

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    for input in inputs where input != .scalar {
      throw refusal("needs shared Float64 scalars, not \(input)")
    }
    return [.scalar]
  }

  public func gradients(of call: GradientCall, in graph: inout Graph) throws(GraphError)
    -> [ValueID?]
  {
    call.needs.map { $0 ? call.upstreamOfFirst : nil }
  }

  public func flops(inputs: [ValueType], outputs: [ValueType], samples: Int) -> Int { inputs.count }
}
