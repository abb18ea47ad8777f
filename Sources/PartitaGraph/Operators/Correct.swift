/// The share of a sample's positions whose largest output is the label's; ties go to the first.
///
/// o: n x [..., classes]; label: n x [...] int32; result: n x []. Not differentiable.
public struct Correct: Operator {
  public let name = "correct"

  public init() {}

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    _ = try SoftmaxCrossEntropy().outputTypes(for: inputs)
    return [.perSample([])]
  }

  public func gradients(of call: GradientCall, in graph: inout Graph) throws(GraphError)
    -> [ValueID?]
  { [nil, nil] }

  public func flops(inputs: [ValueType], outputs: [ValueType], samples: Int) -> Int {
    inputs[0].count(samples: samples)
  }
}
