/// What average and maximum pooling share: a window over each channel of [C, H, W].
private func pooledShape(
  _ op: some Operator, _ input: ValueType, kernel: RowsAndColumns, window: Window
) throws(GraphError) -> Shape {
  try op.expect(input, rank: 3, "an image [C, H, W]")
  let (shape, padding) = (input.shape, window.padding)
  guard
    let places = window.places(RowsAndColumns(rows: shape[1], columns: shape[2]), kernel: kernel),
    max(padding.top, padding.bottom) < kernel.rows,
    max(padding.left, padding.right) < kernel.columns
  else {
    throw op.refusal(
      "a window of \(kernel.rows) x \(kernel.columns) doesn't fit an image \(shape)")
  }
  guard window.dilation == 1 else {
    throw op.refusal("needs a window without gaps, not of dilation \(window.dilation)")
  }
  return [shape[0], places.rows, places.columns]
}

/// The mean over each place of a window; padding counts as zeros where it is counted, as in
/// PyTorch's `AvgPool2d`, and else as nothing. What lies beyond the padding is never counted.
public struct AveragePool: Operator {
  public let name = "average-pool"
  /// Rows and columns of the window.
  public let kernel: RowsAndColumns
  /// Stride and padding.
  public let window: Window
  /// Whether padding counts as zeros.
  public let countsPadding: Bool

  public init(kernel: RowsAndColumns, _ window: Window, countsPadding: Bool = true) {
    self.kernel = kernel
    self.window = window
    self.countsPadding = countsPadding
  }

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 1)
    return [
      inputs[0].with(shape: try pooledShape(self, inputs[0], kernel: kernel, window: window))
    ]
  }

  public func gradients(of call: GradientCall, in graph: inout Graph) throws(GraphError)
    -> [ValueID?]
  {
    guard let upstream = call.upstreamOfFirst else { return [nil] }
    let shape = graph.type(of: call.inputs[0]).shape
    return [try graph.append(AveragePoolGradient(self, inputShape: shape), upstream)]
  }

  public func flops(inputs: [ValueType], outputs: [ValueType], samples: Int) -> Int {
    .product(outputs[0].count(samples: samples), kernel.rows, kernel.columns)
  }

  public var description: String { "\(name)(\(measures))" }

  fileprivate var measures: String {
    "\(kernel), \(window)\(countsPadding ? "" : ", without padding")"
  }
}

/// Each gradient spread evenly over its window: the transpose of `AveragePool`.
public struct AveragePoolGradient: Operator {
  public let name = "average-pool-gradient"
  /// The pooling whose gradient this is.
  public let pool: AveragePool
  /// The shape of the pooled image.
  public let inputShape: Shape

  public init(_ pool: AveragePool, inputShape: Shape) {
    self.pool = pool
    self.inputShape = inputShape
  }

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 1)
    let image = inputs[0].with(shape: inputShape)
    try expect(inputs[0], shape: try pool.outputTypes(for: [image])[0].shape, "a gradient")
    return [image]
  }

  public func gradients(of call: GradientCall, in graph: inout Graph) throws(GraphError)
    -> [ValueID?]
  {
    guard let upstream = call.upstreamOfFirst else { return [nil] }
    return [try graph.append(pool, upstream)]
  }

  public func flops(inputs: [ValueType], outputs: [ValueType], samples: Int) -> Int {
    .product(inputs[0].count(samples: samples), pool.kernel.rows, pool.kernel.columns)
  }

  public var description: String { "\(name)(\(pool.measures))" }
}

/// The largest element at each place of a window, the first of equals.
///
/// Results: the maxima, and where in the channel's plane each was found (int32, auxiliary).
public struct MaxPool: Operator {
  public let name = "max-pool"
  /// Rows and columns of the window.
  public let kernel: RowsAndColumns
  /// Stride and padding.
  public let window: Window

  public init(kernel: RowsAndColumns, _ window: Window) {
    self.kernel = kernel
    self.window = window
  }

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 1)
    let shape = try pooledShape(self, inputs[0], kernel: kernel, window: window)
    return [inputs[0].with(shape: shape), ValueType(shape, .int32, inputs[0].batching)]
  }

  public func gradients(of call: GradientCall, in graph: inout Graph) throws(GraphError)
    -> [ValueID?]
  {
    guard let upstream = call.upstreamOfFirst else { return [nil] }
    let shape = graph.type(of: call.inputs[0]).shape
    return [try graph.append(MaxPoolGradient(inputShape: shape), call.outputs[1], upstream)]
  }

  public func flops(inputs: [ValueType], outputs: [ValueType], samples: Int) -> Int {
    .product(outputs[0].count(samples: samples), kernel.rows, kernel.columns)
  }

  public var description: String { "\(name)(\(kernel), \(window))" }
}

/// Each gradient added where its maximum was found.
public struct MaxPoolGradient: Operator {
  public let name = "max-pool-gradient"
  /// The shape of the pooled image.
  public let inputShape: Shape

  public init(inputShape: Shape) { self.inputShape = inputShape }

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 2)
    try expect(inputs[0], .int32, "places")
    try expectAlike(inputs[0], inputs[1])
    try expect(inputs[0], rank: 3, "places [C, H, W]")
    return [inputs[1].with(shape: inputShape)]
  }

  public func gradients(of call: GradientCall, in graph: inout Graph) throws(GraphError)
    -> [ValueID?]
  {
    guard let upstream = call.upstreamOfFirst, call.needs[1] else { return [nil, nil] }
    return [nil, try graph.append(MaxPoolGather(), call.inputs[0], upstream)]
  }
}

/// The elements of an image at given places of each channel: the transpose of `MaxPoolGradient`.
public struct MaxPoolGather: Operator {
  public let name = "max-pool-gather"

  public init() {}

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 2)
    try expect(inputs[0], .int32, "places")
    try expect(inputs[1], rank: 3, "an image [C, H, W]")
    guard inputs[0].shape.rank == 3, inputs[0].shape[0] == inputs[1].shape[0],
      inputs[0].batching == inputs[1].batching
    else { throw refusal("places \(inputs[0]) don't fit an image \(inputs[1])") }
    return [inputs[1].with(shape: inputs[0].shape)]
  }

  public func gradients(of call: GradientCall, in graph: inout Graph) throws(GraphError)
    -> [ValueID?]
  {
    guard let upstream = call.upstreamOfFirst, call.needs[1] else { return [nil, nil] }
    let shape = graph.type(of: call.inputs[1]).shape
    return [nil, try graph.append(MaxPoolGradient(inputShape: shape), call.inputs[0], upstream)]
  }
}
