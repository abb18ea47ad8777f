/// How many positions, of all samples, have their largest output at the label; ties go to the
/// first.
///
/// o: n x [..., classes]; label: n x [...] int32; result: a shared Float64 scalar, so that sums of
/// counts are exact. Not differentiable.
public struct CorrectCount: Operator {
  public let name = "correct-count"
  public var rounding: Rounding { .loss }

  public init() {}

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    _ = try SoftmaxCrossEntropy().outputTypes(for: inputs)
    return [.scalar]
  }

  public func gradients(of call: GradientCall, in graph: inout Graph) throws(GraphError)
    -> [ValueID?]
  { [nil, nil] }

  public func flops(inputs: [ValueType], outputs: [ValueType], samples: Int) -> Int {
    inputs[0].count(samples: samples)
  }
}
