/// The sum over some axes of each entry; those axes vanish.
public struct Sum: Operator {
  public let name = "sum"
  /// The axes summed over, ascending; the axis of samples is not among them.
  public let axes: [Int]

  public init(axes: [Int]) { self.axes = axes.sorted() }

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 1)
    let shape = inputs[0].shape
    guard axes.allSatisfy((0..<shape.rank).contains), Set(axes).count == axes.count else {
      throw refusal("axes \(axes) don't all exist once in \(shape)")
    }
    let kept = shape.extents.enumerated().filter { !axes.contains($0.offset) }.map(\.element)
    return [inputs[0].with(shape: Shape(kept))]
  }

  public func gradients(of call: GradientCall, in graph: inout Graph) throws(GraphError)
    -> [ValueID?]
  {
    guard let upstream = call.upstreamOfFirst else { return [nil] }
    let shape = graph.type(of: call.inputs[0]).shape
    return [try graph.append(Broadcast(to: shape, along: axes), upstream)]
  }

  public func flops(inputs: [ValueType], outputs: [ValueType], samples: Int) -> Int {
    inputs[0].count(samples: samples)
  }

  public var description: String { "sum(axes: \(axes))" }
}

/// Each entry repeated along new axes: the transpose of `Sum`.
public struct Broadcast: Operator {
  public let name = "broadcast"
  /// The shape of the result.
  public let shape: Shape
  /// The axes of the result that are new, ascending.
  public let axes: [Int]

  public init(to shape: Shape, along axes: [Int]) {
    self.shape = shape
    self.axes = axes.sorted()
  }

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 1)
    let kept = shape.extents.enumerated().filter { !axes.contains($0.offset) }.map(\.element)
    guard axes.allSatisfy((0..<shape.rank).contains) else {
      throw refusal("axes \(axes) don't all exist in \(shape)")
    }
    try expect(inputs[0], shape: Shape(kept), "an operand")
    return [inputs[0].with(shape: shape)]
  }

  public func gradients(of call: GradientCall, in graph: inout Graph) throws(GraphError)
    -> [ValueID?]
  {
    guard let upstream = call.upstreamOfFirst else { return [nil] }
    return [try graph.append(Sum(axes: axes), upstream)]
  }

  public var description: String { "broadcast(to: \(shape), along: \(axes))" }
}

/// The mean over some axes of each entry; those axes vanish.
public struct Mean: Operator {
  public let name = "mean"
  /// The axes averaged over, ascending.
  public let axes: [Int]

  public init(axes: [Int]) { self.axes = axes.sorted() }

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try Sum(axes: axes).outputTypes(for: inputs)
  }

  public func decompose(_ inputs: [ValueID], in graph: inout Graph) throws(GraphError)
    -> [ValueID]?
  {
    let shape = graph.type(of: inputs[0]).shape
    let sum = try graph.append(Sum(axes: axes), inputs[0])
    return [try graph.append(Scale(1 / Double(axes.reduce(1) { $0 * shape[$1] })), sum)]
  }

  public var description: String { "mean(axes: \(axes))" }
}
