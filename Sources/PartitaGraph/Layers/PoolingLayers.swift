public import PartitaKeys

/// How a window of an image becomes one number.
public enum Pooling: String, Hashable, Sendable, Encodable, CaseIterable {
  /// The mean of the window.
  case average
  /// The largest element of the window.
  case max
}

/// What the kinds of pooling share: the measures of square windows over [C, H, W].
public protocol PoolingLayer: ReadableLayerKind {
  /// Rows and columns of the square window.
  var kernel: Int { get }
  /// Steps between windows.
  var stride: Int { get }
  /// Cells around the image, at most half the kernel.
  var padding: Int { get }

  /// A padding that is too wide is refused when the layer is built.
  init(kernel: Int, stride: Int, padding: Int)
}

private enum PoolingKeys: String, CodingKey {
  case kernel
  case stride
  case padding
}

extension PoolingLayer {
  public static var keys: [KeyDescription] {
    [
      KeyDescription(
        "kernel", type: "whole number from 1", standard: nil,
        meaning: "rows and columns of a window"),
      KeyDescription(
        "stride", type: "whole number from 1", standard: "the kernel",
        meaning: "steps between windows"),
      KeyDescription(
        "padding", type: "whole number from 0, at most half the kernel", standard: "0",
        meaning: "cells around the image"),
    ]
  }

  public init(_ section: ConfigSection) throws(ConfigError) {
    let kernel = try section.require(PoolingKeys.kernel, .integer(atLeast: 1))
    let stride = try section.value(PoolingKeys.stride, .integer(atLeast: 1)) ?? kernel
    let padding = try section.value(PoolingKeys.padding, .integer(atLeast: 0)) ?? 0
    guard padding <= kernel / 2 else {
      throw section.conflict(
        PoolingKeys.padding, "\(padding) is more than half the kernel, \(kernel)")
    }
    self.init(kernel: kernel, stride: stride, padding: padding)
  }

  var window: Window { Window(stride: stride, padding: padding) }
}

/// The mean of each window of [C, H, W]; cells around the image count as zeros.
public struct AveragePoolLayer: PoolingLayer {
  public static let name = "average-pool"
  public static let summary = "the mean of each window"

  public let kernel: Int
  public let stride: Int
  public let padding: Int

  public init(kernel: Int, stride: Int, padding: Int = 0) {
    (self.kernel, self.stride, self.padding) = (kernel, stride, padding)
  }

  public func build(
    _ name: String, on inputs: [ValueID], in network: inout NetworkBuilder
  ) throws(GraphError) -> ValueID {
    try network.graph.append(AveragePool(kernel: kernel, window), inputs[0])
  }
}

/// The largest element of each window of [C, H, W]; cells around the image never win.
public struct MaxPoolLayer: PoolingLayer {
  public static let name = "max-pool"
  public static let summary = "the largest value of each window"

  public let kernel: Int
  public let stride: Int
  public let padding: Int

  public init(kernel: Int, stride: Int, padding: Int = 0) {
    (self.kernel, self.stride, self.padding) = (kernel, stride, padding)
  }

  public func build(
    _ name: String, on inputs: [ValueID], in network: inout NetworkBuilder
  ) throws(GraphError) -> ValueID {
    try network.graph.append(MaxPool(kernel: kernel, window), inputs[0])
  }
}

extension LayerKind where Self == AveragePoolLayer {
  /// The mean of each window of [C, H, W].
  public static func averagePool(kernel: Int, stride: Int, padding: Int = 0) -> AveragePoolLayer {
    AveragePoolLayer(kernel: kernel, stride: stride, padding: padding)
  }
}

extension LayerKind where Self == MaxPoolLayer {
  /// The largest element of each window of [C, H, W].
  public static func maxPool(kernel: Int, stride: Int, padding: Int = 0) -> MaxPoolLayer {
    MaxPoolLayer(kernel: kernel, stride: stride, padding: padding)
  }
}
