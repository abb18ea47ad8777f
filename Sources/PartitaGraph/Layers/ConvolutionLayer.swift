public import PartitaKeys

/// A convolution of [C, H, W] with square kernels.
public struct ConvolutionLayer: LayerKind {
  public static let name = "conv2d"

  /// Output channels.
  public let channels: Int
  /// Rows and columns of the square kernel.
  public let kernel: Int
  /// Steps between windows.
  public let stride: Int
  /// Zeros around the image.
  public let padding: Int
  /// Whether it adds a bias.
  public let bias: Bool
  /// A function of each output element; nil means none.
  public let activation: Activation?

  enum CodingKeys: String, CodingKey {
    case channels
    case kernel
    case stride
    case padding
    case bias
    case activation
  }

  public func build(
    _ name: String, on inputs: [ValueID], in network: inout NetworkBuilder
  ) throws(GraphError) -> ValueID {
    let result = try network.convolution(
      name, inputs[0], Window(stride: stride, padding: padding), channels: channels,
      kernel: kernel, bias: bias)
    return try activation?.append(result, to: &network.graph) ?? result
  }
}

extension ConvolutionLayer: ReadableLayerKind {
  public static let summary = "a convolution of channels, rows and columns with square kernels"

  public static let keys = [
    KeyDescription(
      "channels", type: "whole number from 1", standard: nil, meaning: "output channels"),
    KeyDescription(
      "kernel", type: "whole number from 1", standard: nil, meaning: "rows and columns of a kernel"),
    KeyDescription(
      "stride", type: "whole number from 1", standard: "1", meaning: "steps between windows"),
    KeyDescription(
      "padding", type: "whole number from 0", standard: "0", meaning: "zeros around the image"),
    KeyDescription(
      "bias", type: "true or false", standard: "true", meaning: "whether a bias is added"),
    .activation,
  ]

  public init(_ section: ConfigSection) throws(ConfigError) {
    channels = try section.require(CodingKeys.channels, .integer(atLeast: 1))
    kernel = try section.require(CodingKeys.kernel, .integer(atLeast: 1))
    stride = try section.value(CodingKeys.stride, .integer(atLeast: 1)) ?? 1
    padding = try section.value(CodingKeys.padding, .integer(atLeast: 0)) ?? 0
    bias = try section.value(CodingKeys.bias, .flag) ?? true
    activation = try section.value(CodingKeys.activation, .choice())
  }
}

extension LayerKind where Self == ConvolutionLayer {
  /// A convolution of [C, H, W] with square kernels.
  public static func convolution(
    channels: Int, kernel: Int, stride: Int = 1, padding: Int = 0, bias: Bool = true,
    activation: Activation? = nil
  ) -> ConvolutionLayer {
    ConvolutionLayer(
      channels: channels, kernel: kernel, stride: stride, padding: padding, bias: bias,
      activation: activation)
  }
}

extension NetworkBuilder {
  /// x * W (+ b), uniform within ±1/√(in·kernel²) (PyTorch's `Conv2d`).
  fileprivate mutating func convolution(
    _ name: String, _ x: ValueID, _ window: Window, channels: Int, kernel: Int, bias: Bool
  ) throws(GraphError) -> ValueID {
    let op = Convolution(window)
    let type = graph.type(of: x)
    do {
      try op.expect(type, rank: 3, "an image [C, H, W]")
    } catch {
      throw error.inLayer(name)
    }
    let fan = max(Int.product(type.shape[0], kernel, kernel), 1)
    let start = Initializer.uniform(bound: 1 / Double(fan).squareRoot())
    let weight = try parameter(
      "\(name).weight", [channels, type.shape[0], kernel, kernel], start)
    guard bias else { return try graph.append(op, x, weight) }
    return try graph.append(op, x, weight, try parameter("\(name).bias", [channels], start))
  }
}
