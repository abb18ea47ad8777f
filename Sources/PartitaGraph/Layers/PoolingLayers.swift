public import PartitaKeys

/// How a window of an image becomes one number.
public enum Pooling: String, Hashable, Sendable, Encodable, CaseIterable {
  /// The mean of the window.
  case average
  /// The largest element of the window.
  case max
}

/// The measures of windows over [C, H, W] that the kinds of pooling share.
public struct PoolingMeasures: Hashable, Sendable {
  /// Rows and columns of the window.
  public let kernel: RowsAndColumns
  /// Steps between windows, cells around the image, and whether a last window may reach beyond them.
  public let window: Window

  fileprivate static let keys = [
    KeyDescription(
      "kernel", type: "whole number from 1, or `[rows, columns]`", standard: nil,
      meaning: "rows and columns of a window"),
    KeyDescription(
      "stride", type: "whole number from 1, or `[rows, columns]`", standard: "the kernel",
      meaning: "steps between windows"),
    KeyDescription(
      "padding",
      type: "whole number from 0, `[rows, columns]` or `[top, left, bottom, right]`, each less "
        + "than the kernel", standard: "0", meaning: "cells around the image"),
    KeyDescription(
      "ceil", type: "true or false", standard: "false",
      meaning:
        "whether a last window may reach beyond the padding, as long as it begins on the image"),
  ]

  fileprivate init(kernel: RowsAndColumns, window: Window) {
    (self.kernel, self.window) = (kernel, window)
  }

  fileprivate init(_ section: ConfigSection) throws(ConfigError) {
    kernel = try section.require(PoolingKeys.kernel, .rowsAndColumns(atLeast: 1))
    window = Window(
      stride: try section.value(PoolingKeys.stride, .rowsAndColumns(atLeast: 1)) ?? kernel,
      padding: try section.value(PoolingKeys.padding, .margins) ?? 0,
      roundsUp: try section.value(PoolingKeys.ceil, .flag) ?? false)
    let padding = window.padding
    guard max(padding.top, padding.bottom) < kernel.rows,
      max(padding.left, padding.right) < kernel.columns
    else {
      throw section.conflict(
        PoolingKeys.padding, "\(padding) isn't less than the kernel, \(kernel)")
    }
  }

  /// Writes the keys; `ceil` only where it is true.
  fileprivate func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: PoolingKeys.self)
    try container.encode(kernel, forKey: .kernel)
    try container.encode(window.stride, forKey: .stride)
    try container.encode(window.padding, forKey: .padding)
    if window.roundsUp { try container.encode(true, forKey: .ceil) }
  }
}

private enum PoolingKeys: String, CodingKey {
  case kernel
  case stride
  case padding
  case ceil
  case countPadding = "count_padding"
}

/// The mean of each window of [C, H, W]; cells around the image count as zeros, or not at all.
public struct AveragePoolLayer: ReadableLayerKind {
  public static let name = "average-pool"
  public static let summary = "the mean of each window"
  public static let keys =
    PoolingMeasures.keys + [
      KeyDescription(
        "count_padding", type: "true or false", standard: "true",
        meaning: "whether cells around the image count as zeros in the mean, or not at all")
    ]

  /// The windows.
  public let measures: PoolingMeasures
  /// Whether cells around the image count as zeros.
  public let countsPadding: Bool

  fileprivate init(measures: PoolingMeasures, countsPadding: Bool) {
    (self.measures, self.countsPadding) = (measures, countsPadding)
  }

  public init(_ section: ConfigSection) throws(ConfigError) {
    measures = try PoolingMeasures(section)
    countsPadding = try section.value(PoolingKeys.countPadding, .flag) ?? true
  }

  /// Writes the keys; `count_padding` only where it is false.
  public func encode(to encoder: any Encoder) throws {
    try measures.encode(to: encoder)
    var container = encoder.container(keyedBy: PoolingKeys.self)
    if !countsPadding { try container.encode(false, forKey: .countPadding) }
  }

  public func build(
    _ name: String, on inputs: [ValueID], in network: inout NetworkBuilder
  ) throws(GraphError) -> ValueID {
    let op = AveragePool(
      kernel: measures.kernel, measures.window, countsPadding: countsPadding)
    return try network.graph.append(op, inputs[0])
  }
}

/// The largest element of each window of [C, H, W]; cells around the image never win.
public struct MaxPoolLayer: ReadableLayerKind {
  public static let name = "max-pool"
  public static let summary = "the largest value of each window"
  public static let keys = PoolingMeasures.keys

  /// The windows.
  public let measures: PoolingMeasures

  fileprivate init(measures: PoolingMeasures) { self.measures = measures }

  public init(_ section: ConfigSection) throws(ConfigError) {
    measures = try PoolingMeasures(section)
  }

  public func encode(to encoder: any Encoder) throws { try measures.encode(to: encoder) }

  public func build(
    _ name: String, on inputs: [ValueID], in network: inout NetworkBuilder
  ) throws(GraphError) -> ValueID {
    try network.graph.append(MaxPool(kernel: measures.kernel, measures.window), inputs[0])
  }
}

extension LayerKind where Self == AveragePoolLayer {
  /// The mean of each window of [C, H, W].
  public static func averagePool(
    kernel: RowsAndColumns, stride: RowsAndColumns, padding: Margins = 0, roundsUp: Bool = false,
    countsPadding: Bool = true
  ) -> AveragePoolLayer {
    let window = Window(stride: stride, padding: padding, roundsUp: roundsUp)
    return AveragePoolLayer(
      measures: PoolingMeasures(kernel: kernel, window: window), countsPadding: countsPadding)
  }
}

extension LayerKind where Self == MaxPoolLayer {
  /// The largest element of each window of [C, H, W].
  public static func maxPool(
    kernel: RowsAndColumns, stride: RowsAndColumns, padding: Margins = 0, roundsUp: Bool = false
  ) -> MaxPoolLayer {
    let window = Window(stride: stride, padding: padding, roundsUp: roundsUp)
    return MaxPoolLayer(measures: PoolingMeasures(kernel: kernel, window: window))
  }
}
