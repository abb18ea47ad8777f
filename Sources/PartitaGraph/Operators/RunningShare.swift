/// What a microbatch adds to the batch's mean of a statistic that is the microbatch's own:
/// Σ wᵢ·sᵢ over its samples, which is the statistic times the microbatch's share of the batch.
///
/// s: n x [C], the same in each entry; w: n x []; result: [C], a sum over samples like a gradient.
public struct RunningShare: Operator {
  public let name = "running-share"
  /// Pixels of a channel, where s is a variance over the N = n·pixels values of a microbatch that
  /// shall be over N - 1: the result is then multiplied by N / (N - 1).
  public let pixels: Int?

  public init(unbiasedOver pixels: Int? = nil) { self.pixels = pixels }

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 2)
    try expectPerSample(inputs[0], "a statistic")
    try expect(inputs[0], .float32, "a statistic")
    try expect(inputs[0], rank: 1, "a statistic [C]")
    guard inputs[1] == .perSample([]) else {
      throw refusal("needs a weight for each sample, not \(inputs[1])")
    }
    return [.shared(inputs[0].shape)]
  }

  public func gradients(of call: GradientCall, in graph: inout Graph) throws(GraphError)
    -> [ValueID?]
  { throw .notDifferentiable(operator: name) }

  /// N / (N - 1) for a microbatch of so many samples; 1 for a mean, and for a single value, which
  /// has no variance.
  public func factor(samples: Int) -> Double {
    guard let pixels, samples * pixels > 1 else { return 1 }
    return Double(samples * pixels) / Double(samples * pixels - 1)
  }

  public func flops(inputs: [ValueType], outputs: [ValueType], samples: Int) -> Int {
    2 * inputs[0].count(samples: samples)
  }

  public var description: String { pixels.map { "\(name)(unbiased over: \($0))" } ?? name }
}
