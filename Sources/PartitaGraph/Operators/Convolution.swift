/// y = x * W (+ b), a two-dimensional cross-correlation as in PyTorch's `Conv2d`.
///
/// x: n x [C, H, W]; W: [out, C / groups, rows, columns]; b: [out]; y: n x [out, H', W'] with
/// H' = (H + top + bottom - dilation·(rows - 1) - 1) / stride + 1, W' alike. Channels and outputs are
/// split into groups, and an output sees the channels of its own: as many groups as channels make a
/// depthwise convolution. Like `Linear`, closed under differentiation.
public struct Convolution: Operator {
  public let name = "conv2d"
  public var rounding: Rounding { .product }
  /// Stride, padding and dilation.
  public let window: Window
  /// The groups of channels.
  public let groups: Int

  public init(_ window: Window, groups: Int = 1) {
    self.window = window
    self.groups = groups
  }

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    guard inputs.count == 2 || inputs.count == 3 else {
      throw refusal("takes an image, a weight and perhaps a bias")
    }
    try expect(inputs[0], rank: 3, "an image [C, H, W]")
    try expect(inputs[1], rank: 4, "a weight [out, in, kernel, kernel]")
    try expectFactor(inputs[0], "an image")
    try expectFactor(inputs[1], "a weight")
    try expectShared(inputs[1], "a weight")
    let (x, w) = (inputs[0].shape, inputs[1].shape)
    guard groups > 0, w[0] % groups == 0 else {
      throw refusal("\(w[0]) outputs don't make \(groups) groups of as many")
    }
    guard x[0] == .product(w[1], groups) else {
      throw refusal(
        "a weight \(w)\(groups == 1 ? "" : " of \(groups) groups") needs "
          + "\(Int.product(w[1], groups)) channels, not \(x[0])")
    }
    let kernel = RowsAndColumns(rows: w[2], columns: w[3])
    guard let places = window.places(RowsAndColumns(rows: x[1], columns: x[2]), kernel: kernel)
    else { throw refusal("a kernel \(w[2]) x \(w[3]) doesn't fit an image \(x)") }
    if inputs.count == 3 {
      try expect(inputs[2], shape: [w[0]], "a bias")
      try expectShared(inputs[2], "a bias")
    }
    return [inputs[0].product([w[0], places.rows, places.columns])]
  }

  public func gradients(of call: GradientCall, in graph: inout Graph) throws(GraphError)
    -> [ValueID?]
  {
    guard let upstream = call.upstreamOfFirst else { return call.needs.map { _ in nil } }
    let (x, w) = (call.inputs[0], call.inputs[1])
    var gradients: [ValueID?] = Array(repeating: nil, count: call.inputs.count)
    if call.needs[0] {
      let op = ConvolutionInputGradient(
        window, groups: groups, inputShape: graph.type(of: x).shape)
      gradients[0] = try graph.append(op, upstream, w)
    }
    if call.needs[1] {
      let op = ConvolutionWeightGradient(
        window, groups: groups, weightShape: graph.type(of: w).shape)
      gradients[1] = try graph.append(op, upstream, x)
    }
    if call.inputs.count == 3, call.needs[2] {
      gradients[2] = try graph.append(BiasGradient(axis: .first), upstream)
    }
    return gradients
  }

  public func flops(inputs: [ValueType], outputs: [ValueType], samples: Int) -> Int {
    .product(
      2, outputs[0].count(samples: samples), inputs[1].shape.count / max(inputs[1].shape[0], 1))
  }

  public var description: String { description(window, groups) }
}

/// The gradient of `Convolution` with respect to its image: a transposed convolution of dy.
public struct ConvolutionInputGradient: Operator {
  public let name = "conv2d-input-gradient"
  public var rounding: Rounding { .product }
  /// Stride, padding and dilation.
  public let window: Window
  /// The groups of channels.
  public let groups: Int
  /// The shape of the image, which several could lead to dy's shape.
  public let inputShape: Shape

  public init(_ window: Window, groups: Int = 1, inputShape: Shape) {
    self.window = window
    self.groups = groups
    self.inputShape = inputShape
  }

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 2)
    let forward = try Convolution(window, groups: groups).outputTypes(
      for: [inputs[0].with(shape: inputShape), inputs[1]])
    try expect(inputs[0], shape: forward[0].shape, "a gradient")
    return [inputs[0].product(inputShape)]
  }

  public func gradients(of call: GradientCall, in graph: inout Graph) throws(GraphError)
    -> [ValueID?]
  {
    guard let upstream = call.upstreamOfFirst else { return [nil, nil] }
    let (dy, w) = (call.inputs[0], call.inputs[1])
    let weightGradient = ConvolutionWeightGradient(
      window, groups: groups, weightShape: graph.type(of: w).shape)
    return [
      call.needs[0] ? try graph.append(Convolution(window, groups: groups), upstream, w) : nil,
      call.needs[1] ? try graph.append(weightGradient, dy, upstream) : nil,
    ]
  }

  public func flops(inputs: [ValueType], outputs: [ValueType], samples: Int) -> Int {
    .product(
      2, inputs[0].count(samples: samples), inputs[1].shape.count / max(inputs[1].shape[0], 1))
  }

  public var description: String { description(window, groups) }
}

/// The gradient of `Convolution` with respect to its weight, summed over samples.
public struct ConvolutionWeightGradient: Operator {
  public let name = "conv2d-weight-gradient"
  public var rounding: Rounding { .product }
  /// Stride, padding and dilation.
  public let window: Window
  /// The groups of channels.
  public let groups: Int
  /// The shape of the weight.
  public let weightShape: Shape

  public init(_ window: Window, groups: Int = 1, weightShape: Shape) {
    self.window = window
    self.groups = groups
    self.weightShape = weightShape
  }

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 2)
    let forward = try Convolution(window, groups: groups).outputTypes(for: [
      inputs[1], .shared(weightShape),
    ])
    try expectAlike(inputs[0], forward[0])
    return [.shared(weightShape)]
  }

  public func gradients(of call: GradientCall, in graph: inout Graph) throws(GraphError)
    -> [ValueID?]
  {
    guard let upstream = call.upstreamOfFirst else { return [nil, nil] }
    let (dy, x) = (call.inputs[0], call.inputs[1])
    let inputGradient = ConvolutionInputGradient(
      window, groups: groups, inputShape: graph.type(of: x).shape)
    return [
      call.needs[0] ? try graph.append(Convolution(window, groups: groups), x, upstream) : nil,
      call.needs[1] ? try graph.append(inputGradient, dy, upstream) : nil,
    ]
  }

  public func flops(inputs: [ValueType], outputs: [ValueType], samples: Int) -> Int {
    .product(2, inputs[0].count(samples: samples), weightShape.count / max(weightShape[0], 1))
  }

  public var description: String { description(window, groups) }
}

extension Operator {
  fileprivate func description(_ window: Window, _ groups: Int) -> String {
    "\(name)(\(window)\(groups == 1 ? "" : ", groups: \(groups)"))"
  }
}
