/// Stride and zero padding of a two-dimensional window, the same along both axes.
public struct Window: Hashable, Sendable, CustomStringConvertible {
  /// Rows and columns between two places of the window.
  public let stride: Int
  /// Rows and columns of zeros around the image.
  public let padding: Int

  /// Makes a window's geometry; the shape rules refuse bad numbers.
  public init(stride: Int = 1, padding: Int = 0) {
    self.stride = stride
    self.padding = padding
  }

  /// The places along an axis of `extent` for a window of `kernel`, nil where it doesn't fit.
  public func places(_ extent: Int, kernel: Int) -> Int? {
    let room = extent + 2 * padding - kernel
    return stride > 0 && padding >= 0 && kernel > 0 && room >= 0 ? room / stride + 1 : nil
  }

  public var description: String { "stride: \(stride), padding: \(padding)" }
}

/// y = x * W (+ b), a two-dimensional cross-correlation as in PyTorch's `Conv2d`.
///
/// x: n x [C, H, W]; W: [out, C, kernel, kernel]; b: [out]; y: n x [out, H', W'] with
/// H' = (H + 2·padding - kernel) / stride + 1. Like `Linear`, closed under differentiation.
public struct Convolution: Operator {
  public let name = "conv2d"
  /// Stride and padding.
  public let window: Window

  public init(_ window: Window) { self.window = window }

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    guard inputs.count == 2 || inputs.count == 3 else {
      throw refusal("takes an image, a weight and perhaps a bias")
    }
    try expect(inputs[0], rank: 3, "an image [C, H, W]")
    try expect(inputs[1], rank: 4, "a weight [out, in, kernel, kernel]")
    try expect(inputs[0], .float32, "an image")
    try expectShared(inputs[1], "a weight")
    let (x, w) = (inputs[0].shape, inputs[1].shape)
    guard x[0] == w[1] else { throw refusal("a weight \(w) needs \(w[1]) channels, not \(x[0])") }
    guard let rows = window.places(x[1], kernel: w[2]),
      let columns = window.places(x[2], kernel: w[3])
    else { throw refusal("a kernel \(w[2]) x \(w[3]) doesn't fit an image \(x)") }
    if inputs.count == 3 {
      try expect(inputs[2], shape: [w[0]], "a bias")
      try expectShared(inputs[2], "a bias")
    }
    return [inputs[0].with(shape: [w[0], rows, columns])]
  }

  public func gradients(of call: GradientCall, in graph: inout Graph) throws(GraphError)
    -> [ValueID?]
  {
    guard let upstream = call.upstreamOfFirst else { return call.needs.map { _ in nil } }
    let (x, w) = (call.inputs[0], call.inputs[1])
    var gradients: [ValueID?] = Array(repeating: nil, count: call.inputs.count)
    if call.needs[0] {
      let op = ConvolutionInputGradient(window, inputShape: graph.type(of: x).shape)
      gradients[0] = try graph.append(op, upstream, w)
    }
    if call.needs[1] {
      let op = ConvolutionWeightGradient(window, weightShape: graph.type(of: w).shape)
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

  public var description: String { "\(name)(\(window))" }
}

/// The gradient of `Convolution` with respect to its image: a transposed convolution of dy.
public struct ConvolutionInputGradient: Operator {
  public let name = "conv2d-input-gradient"
  /// Stride and padding.
  public let window: Window
  /// The shape of the image, which several could lead to dy's shape.
  public let inputShape: Shape

  public init(_ window: Window, inputShape: Shape) {
    self.window = window
    self.inputShape = inputShape
  }

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 2)
    let forward = try Convolution(window).outputTypes(
      for: [inputs[0].with(shape: inputShape), inputs[1]])
    try expect(inputs[0], shape: forward[0].shape, "a gradient")
    return [inputs[0].with(shape: inputShape)]
  }

  public func gradients(of call: GradientCall, in graph: inout Graph) throws(GraphError)
    -> [ValueID?]
  {
    guard let upstream = call.upstreamOfFirst else { return [nil, nil] }
    let (dy, w) = (call.inputs[0], call.inputs[1])
    let weightGradient = ConvolutionWeightGradient(window, weightShape: graph.type(of: w).shape)
    return [
      call.needs[0] ? try graph.append(Convolution(window), upstream, w) : nil,
      call.needs[1] ? try graph.append(weightGradient, dy, upstream) : nil,
    ]
  }

  public func flops(inputs: [ValueType], outputs: [ValueType], samples: Int) -> Int {
    .product(
      2, inputs[0].count(samples: samples), inputs[1].shape.count / max(inputs[1].shape[0], 1))
  }

  public var description: String { "\(name)(\(window))" }
}

/// The gradient of `Convolution` with respect to its weight, summed over samples.
public struct ConvolutionWeightGradient: Operator {
  public let name = "conv2d-weight-gradient"
  /// Stride and padding.
  public let window: Window
  /// The shape of the weight.
  public let weightShape: Shape

  public init(_ window: Window, weightShape: Shape) {
    self.window = window
    self.weightShape = weightShape
  }

  public func outputTypes(for inputs: [ValueType]) throws(GraphError) -> [ValueType] {
    try expect(inputs, count: 2)
    let forward = try Convolution(window).outputTypes(for: [inputs[1], .shared(weightShape)])
    try expectAlike(inputs[0], forward[0])
    return [.shared(weightShape)]
  }

  public func gradients(of call: GradientCall, in graph: inout Graph) throws(GraphError)
    -> [ValueID?]
  {
    guard let upstream = call.upstreamOfFirst else { return [nil, nil] }
    let (dy, x) = (call.inputs[0], call.inputs[1])
    let inputGradient = ConvolutionInputGradient(window, inputShape: graph.type(of: x).shape)
    return [
      call.needs[0] ? try graph.append(Convolution(window), x, upstream) : nil,
      call.needs[1] ? try graph.append(inputGradient, dy, upstream) : nil,
    ]
  }

  public func flops(inputs: [ValueType], outputs: [ValueType], samples: Int) -> Int {
    .product(2, inputs[0].count(samples: samples), weightShape.count / max(weightShape[0], 1))
  }

  public var description: String { "\(name)(\(window))" }
}
