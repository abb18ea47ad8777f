/// Σ wᵢ·xᵢ over the samples, summed in Float64: with wᵢ = 1 / batch the mean over the *global*
/// batch, however it is cut into microbatches (law 1).
///
/// x: per-sample scalar; w: per-sample scalar; result: a shared Float64 scalar.
public struct WeightedMean: Operator {
  public let name = "weighted-mean"
  public var rounding: Rounding { .loss }

  public init() {}

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 2)
    for input in inputs {
      guard input.isPerSample, input.shape.count == 1 else {
        throw refusal("needs two per-sample scalars, not \(input)")
      }
    }
    return [.scalar]
  }

  public func gradients(of call: GradientCall, in graph: inout Graph) throws(GraphError)
    -> [ValueID?]
  {
    guard let upstream = call.upstreamOfFirst else { return [nil, nil] }
    var gradients: [ValueID?] = [nil, nil]
    for side in 0..<2 where call.needs[side] {
      gradients[side] = try graph.scaled(call.inputs[1 - side], by: upstream)
    }
    return gradients
  }

  public func flops(inputs: [ValueType], outputs: [ValueType], samples: Int) -> Int { 2 * samples }
}
