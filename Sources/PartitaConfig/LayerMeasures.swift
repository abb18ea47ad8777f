internal import PartitaKeys

/// The measures of a linear layer.
public struct LinearConfig: Hashable, Sendable, Encodable {
  /// Output features; nil where the shared weight decides.
  public let features: Int?
  /// Whether it adds a bias. Default: true, false where the weight is shared.
  public let bias: Bool
  /// A function of each output element; nil means none.
  public let activation: ActivationConfig?
  /// A layer above whose weight this one uses: an embedding's table, or a linear layer's weight.
  public let tied: String?

  enum CodingKeys: String, CodingKey, CaseIterable {
    case features
    case bias
    case activation
    case tied
  }

  init(_ section: ConfigSection) throws(ConfigError) {
    tied = try section.value(CodingKeys.tied, .text("the name of an embedding or linear layer"))
    if tied == nil {
      features = try section.require(CodingKeys.features, .integer(atLeast: 1))
    } else if section.has(CodingKeys.features) {
      throw section.conflict(CodingKeys.features, "a tied weight has its own; remove this key")
    } else {
      features = nil
    }
    bias = try section.value(CodingKeys.bias, .flag) ?? (tied == nil)
    activation = try section.value(CodingKeys.activation, .choice())
  }
}

/// The measures of a convolution.
public struct ConvolutionConfig: Hashable, Sendable, Encodable {
  /// Output channels.
  public let channels: Int
  /// Rows and columns of the square kernel.
  public let kernel: Int
  /// Steps between windows. Default: 1.
  public let stride: Int
  /// Zeros around the image. Default: 0.
  public let padding: Int
  /// Whether it adds a bias. Default: true.
  public let bias: Bool
  /// A function of each output element; nil means none.
  public let activation: ActivationConfig?

  enum CodingKeys: String, CodingKey, CaseIterable {
    case channels
    case kernel
    case stride
    case padding
    case bias
    case activation
  }

  init(_ section: ConfigSection) throws(ConfigError) {
    channels = try section.require(CodingKeys.channels, .integer(atLeast: 1))
    kernel = try section.require(CodingKeys.kernel, .integer(atLeast: 1))
    stride = try section.value(CodingKeys.stride, .integer(atLeast: 1)) ?? 1
    padding = try section.value(CodingKeys.padding, .integer(atLeast: 0)) ?? 0
    bias = try section.value(CodingKeys.bias, .flag) ?? true
    activation = try section.value(CodingKeys.activation, .choice())
  }
}

/// The windows of a pooling layer.
public struct WindowConfig: Hashable, Sendable, Encodable {
  /// Rows and columns of the square window.
  public let kernel: Int
  /// Steps between windows. Default: the kernel, so that windows don't overlap.
  public let stride: Int
  /// Cells around the image, at most half the kernel. Default: 0.
  public let padding: Int

  enum CodingKeys: String, CodingKey, CaseIterable {
    case kernel
    case stride
    case padding
  }

  init(_ section: ConfigSection) throws(ConfigError) {
    kernel = try section.require(CodingKeys.kernel, .integer(atLeast: 1))
    stride = try section.value(CodingKeys.stride, .integer(atLeast: 1)) ?? kernel
    padding = try section.value(CodingKeys.padding, .integer(atLeast: 0)) ?? 0
    guard padding <= kernel / 2 else {
      throw section.conflict(
        CodingKeys.padding, "\(padding) is more than half the kernel, \(kernel)")
    }
  }
}
