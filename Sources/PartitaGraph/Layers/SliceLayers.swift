public import PartitaKeys

/// Two or more layers one after the other along an axis of a sample.
public struct ConcatenateLayer: ReadableLayerKind {
  public static let name = "concat"
  public static let summary = "two or more layers one after the other along an axis"
  public static let readsSeveral = true
  public static let keys = [
    KeyDescription(
      "axis", type: "whole number from 0", standard: "0",
      meaning: "the axis of a sample along which they are put; 0: channels")
  ]

  /// The axis of a sample.
  public let axis: Int

  enum CodingKeys: String, CodingKey {
    case axis
  }

  fileprivate init(axis: Int) { self.axis = axis }

  public init(_ section: ConfigSection) throws(ConfigError) {
    axis = try section.value(CodingKeys.axis, .integer(atLeast: 0)) ?? 0
  }

  public func build(
    _ name: String, on inputs: [ValueID], in network: inout NetworkBuilder
  ) throws(GraphError) -> ValueID {
    try network.graph.appendAll(Concatenate(axis: axis), inputs)[0]
  }
}

/// A range of one axis of a sample.
public struct SliceLayer: ReadableLayerKind {
  public static let name = "slice"
  public static let summary = "a range of one axis"
  public static let keys = [
    KeyDescription(
      "axis", type: "whole number from 0", standard: "0",
      meaning: "the axis of a sample; 0: channels"
    ),
    KeyDescription(
      "from", type: "whole number from 0", standard: "0", meaning: "the first index that is kept"),
    KeyDescription(
      "to", type: "whole number above `from`", standard: nil,
      meaning: "the index behind the last that is kept"),
  ]

  /// The axis of a sample.
  public let axis: Int
  /// The first index kept.
  public let from: Int
  /// The index behind the last kept.
  public let to: Int

  enum CodingKeys: String, CodingKey {
    case axis
    case from
    case to
  }

  fileprivate init(axis: Int, _ range: Range<Int>) {
    (self.axis, from, to) = (axis, range.lowerBound, range.upperBound)
  }

  public init(_ section: ConfigSection) throws(ConfigError) {
    axis = try section.value(CodingKeys.axis, .integer(atLeast: 0)) ?? 0
    from = try section.value(CodingKeys.from, .integer(atLeast: 0)) ?? 0
    to = try section.require(CodingKeys.to, .integer(atLeast: 1))
    guard to > from else {
      throw section.conflict(CodingKeys.to, "\(to) isn't above from, \(from)")
    }
  }

  public func build(
    _ name: String, on inputs: [ValueID], in network: inout NetworkBuilder
  ) throws(GraphError) -> ValueID {
    try network.graph.append(Slice(axis: axis, start: from, length: to - from), inputs[0])
  }
}

extension LayerKind where Self == ConcatenateLayer {
  /// Two or more layers one after the other along an axis of a sample.
  public static func concat(axis: Int = 0) -> ConcatenateLayer { ConcatenateLayer(axis: axis) }
}

extension LayerKind where Self == SliceLayer {
  /// A range of one axis of a sample.
  public static func slice(axis: Int = 0, _ range: Range<Int>) -> SliceLayer {
    SliceLayer(axis: axis, range)
  }
}
