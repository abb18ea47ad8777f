/// min(1, limit / (√q + 1e-6)) of a squared norm q: what all gradients are scaled by so that
/// their global norm stays within the limit (Pascanu et al. 2013, section 3.2; PyTorch's
/// `clip_grad_norm_`).
public struct ClipFactor: Operator {
  public let name = "clip-factor"
  /// The largest norm allowed.
  public let limit: Double

  public init(limit: Double) { self.limit = limit }

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 1)
    guard inputs[0] == .scalar else { throw refusal("needs a Float64 scalar, not \(inputs[0])") }
    return [.scalar]
  }

  /// The factor is a choice of step size, not part of J: it is not differentiated.
  public func gradients(of call: GradientCall, in graph: inout Graph) throws(GraphError)
    -> [ValueID?]
  { [nil] }

  public var description: String { "clip-factor(\(limit))" }
}
