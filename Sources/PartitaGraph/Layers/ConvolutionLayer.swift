public import PartitaKeys

/// A convolution of [C, H, W], grouped or dilated where asked.
public struct ConvolutionLayer: LayerKind {
  public static let name = "conv2d"

  /// Output channels.
  public let channels: Int
  /// Rows and columns of a kernel.
  public let kernel: RowsAndColumns
  /// Stride, zeros around the image, and gaps within the kernel.
  public let window: Window
  /// Groups that input and output channels are split into; an output sees the channels of its own.
  public let groups: Int
  /// Whether it adds a bias.
  public let bias: Bool
  /// A function of each output element; nil means none.
  public let activation: Activation?

  enum CodingKeys: String, CodingKey {
    case channels
    case kernel
    case stride
    case padding
    case dilation
    case groups
    case bias
    case activation
  }

  /// Writes the keys; `dilation` and `groups` only where they aren't 1.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(channels, forKey: .channels)
    try container.encode(kernel, forKey: .kernel)
    try container.encode(window.stride, forKey: .stride)
    try container.encode(window.padding, forKey: .padding)
    if window.dilation != 1 { try container.encode(window.dilation, forKey: .dilation) }
    if groups != 1 { try container.encode(groups, forKey: .groups) }
    try container.encode(bias, forKey: .bias)
    try container.encodeIfPresent(activation, forKey: .activation)
  }

  public func build(
    _ name: String, on inputs: [ValueID], in network: inout NetworkBuilder
  ) throws(GraphError) -> ValueID {
    let result = try network.convolution(
      name, inputs[0], Convolution(window, groups: groups), channels: channels, kernel: kernel,
      bias: bias)
    return try activation?.append(result, to: &network.graph) ?? result
  }
}

extension ConvolutionLayer: ReadableLayerKind {
  public static let summary = "a convolution of channels, rows and columns"

  public static let keys = [
    KeyDescription(
      "channels", type: "whole number from 1", standard: nil, meaning: "output channels"),
    KeyDescription(
      "kernel", type: "whole number from 1, or `[rows, columns]`", standard: nil,
      meaning: "rows and columns of a kernel"),
    KeyDescription(
      "stride", type: "whole number from 1, or `[rows, columns]`", standard: "1",
      meaning: "steps between windows"),
    KeyDescription(
      "padding",
      type: "whole number from 0, `[rows, columns]` or `[top, left, bottom, right]`",
      standard: "0", meaning: "zeros around the image"),
    KeyDescription(
      "dilation", type: "whole number from 1, or `[rows, columns]`", standard: "1",
      meaning: "steps between the cells of a kernel"),
    KeyDescription(
      "groups", type: "whole number from 1", standard: "1",
      meaning:
        "into how many groups the channels of input and output are split; an output sees its "
        + "group's"),
    KeyDescription(
      "bias", type: "true or false", standard: "true", meaning: "whether a bias is added"),
    .activation,
  ]

  public init(_ section: ConfigSection) throws(ConfigError) {
    channels = try section.require(CodingKeys.channels, .integer(atLeast: 1))
    kernel = try section.require(CodingKeys.kernel, .rowsAndColumns(atLeast: 1))
    window = Window(
      stride: try section.value(CodingKeys.stride, .rowsAndColumns(atLeast: 1)) ?? 1,
      padding: try section.value(CodingKeys.padding, .margins) ?? 0,
      dilation: try section.value(CodingKeys.dilation, .rowsAndColumns(atLeast: 1)) ?? 1)
    groups = try section.value(CodingKeys.groups, .integer(atLeast: 1)) ?? 1
    bias = try section.value(CodingKeys.bias, .flag) ?? true
    activation = try section.value(CodingKeys.activation, .choice())
    guard channels % groups == 0 else {
      throw section.conflict(CodingKeys.groups, "\(groups) doesn't divide \(channels) channels")
    }
  }
}

extension LayerKind where Self == ConvolutionLayer {
  /// A convolution of [C, H, W].
  public static func convolution(
    channels: Int, kernel: RowsAndColumns, stride: RowsAndColumns = 1, padding: Margins = 0,
    dilation: RowsAndColumns = 1, groups: Int = 1, bias: Bool = true,
    activation: Activation? = nil
  ) -> ConvolutionLayer {
    ConvolutionLayer(
      channels: channels, kernel: kernel,
      window: Window(stride: stride, padding: padding, dilation: dilation), groups: groups,
      bias: bias, activation: activation)
  }
}

extension NetworkBuilder {
  /// x * W (+ b), uniform within ±1/√(in·rows·columns), in the channels that an output sees
  /// (PyTorch's `Conv2d`).
  fileprivate mutating func convolution(
    _ name: String, _ x: ValueID, _ op: Convolution, channels: Int, kernel: RowsAndColumns,
    bias: Bool
  ) throws(GraphError) -> ValueID {
    let type = graph.type(of: x)
    do throws(GraphError) {
      try op.expect(type, rank: 3, "an image [C, H, W]")
      guard op.groups > 0, type.shape[0] % op.groups == 0 else {
        throw op.refusal("\(type.shape[0]) channels don't make \(op.groups) groups of as many")
      }
    } catch {
      throw error.inLayer(name)
    }
    let seen = type.shape[0] / op.groups
    let fan = max(Int.product(seen, kernel.rows, kernel.columns), 1)
    let start = Initializer.uniform(bound: 1 / Double(fan).squareRoot())
    let weight = try parameter(
      "\(name).weight", [channels, seen, kernel.rows, kernel.columns], start)
    guard bias else { return try graph.append(op, x, weight) }
    return try graph.append(op, x, weight, try parameter("\(name).bias", [channels], start))
  }
}
