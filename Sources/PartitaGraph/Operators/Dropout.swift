/// x with a share of its elements set to zero and the others scaled by 1 / (1 - rate)
/// (Srivastava et al. 2014).
///
/// Operands: x, the sample's index in the global batch, the step. Whether an element is kept
/// depends on seed, name, sample, step and place alone (law 2), so no cut and no order changes
/// it, and the gradient is the same operator: nothing is kept but the two indices.
public struct Dropout: Operator {
  public let name = "dropout"
  /// The share that is set to zero, in 0..<1.
  public let rate: Double
  /// The key of the random numbers, made of seed and name.
  public let key: UInt64

  public init(rate: Double, key: UInt64) {
    self.rate = rate
    self.key = key
  }

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 3)
    guard (0..<1).contains(rate) else { throw refusal("needs a rate in 0..<1, not \(rate)") }
    try expectPerSample(inputs[0], "an operand")
    try DropoutMask(rate: rate, key: key, shape: []).checkIndices(inputs[1], inputs[2])
    return [inputs[0]]
  }

  public func gradients(of call: GradientCall, in graph: inout Graph) throws(GraphError)
    -> [ValueID?]
  {
    guard let upstream = call.upstreamOfFirst else { return [nil, nil, nil] }
    return [try graph.append(self, upstream, call.inputs[1], call.inputs[2]), nil, nil]
  }

  public func decompose(_ inputs: [ValueID], in graph: inout Graph) throws(GraphError)
    -> [ValueID]?
  {
    let op = DropoutMask(rate: rate, key: key, shape: graph.type(of: inputs[0]).shape)
    let mask = try graph.append(op, inputs[1], inputs[2])
    return [try graph.append(Multiply(), inputs[0], mask)]
  }

  public func flops(inputs: [ValueType], outputs: [ValueType], samples: Int) -> Int {
    12 * inputs[0].count(samples: samples)
  }

  public var description: String { "dropout(\(rate))" }
}

/// The factors of `Dropout`: 0 or 1 / (1 - rate) for each element of each sample.
public struct DropoutMask: Operator {
  public let name = "dropout-mask"
  /// The share of zeros, in 0..<1.
  public let rate: Double
  /// The key of the random numbers.
  public let key: UInt64
  /// The shape of a sample's mask.
  public let shape: Shape

  public init(rate: Double, key: UInt64, shape: Shape) {
    self.rate = rate
    self.key = key
    self.shape = shape
  }

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 2)
    try checkIndices(inputs[0], inputs[1])
    return [.perSample(shape)]
  }

  public func gradients(of call: GradientCall, in graph: inout Graph) throws(GraphError)
    -> [ValueID?]
  { [nil, nil] }

  func checkIndices(_ sample: ValueType, _ step: ValueType) throws(GraphError) {
    guard sample == .perSample([], .int32), step == .shared([], .int32) else {
      throw refusal("needs a sample index and a step, not \(sample) and \(step)")
    }
  }
}
