/// The extents of a value along its axes, outermost first; `[]` is a scalar.
public struct Shape: Hashable, Sendable, Codable, ExpressibleByArrayLiteral,
  CustomStringConvertible
{
  /// The extent of each axis.
  public let extents: [Int]

  /// Makes a shape of these extents.
  public init(_ extents: [Int]) { self.extents = extents }

  /// Makes a shape of these extents.
  public init(arrayLiteral extents: Int...) { self.extents = extents }

  /// The number of axes.
  public var rank: Int { extents.count }

  /// The number of elements: the product of the extents, 1 for a scalar; `Int.max` where it is
  /// larger, which no value of a graph has.
  public var count: Int { extents.reduce(1) { Int.product($0, $1) } }

  /// The extent of the innermost axis, 1 for a scalar.
  public var last: Int { extents.last ?? 1 }

  /// The number of rows when the innermost axis is a row.
  public var rows: Int { extents.dropLast().reduce(1) { Int.product($0, $1) } }

  /// The extent of one axis.
  public subscript(axis: Int) -> Int { extents[axis] }

  /// For each axis, how many elements lie between two neighbours along it, in row-major order.
  public var strides: [Int] {
    var strides = Array(repeating: 1, count: rank)
    for axis in (0..<max(rank - 1, 0)).reversed() {
      strides[axis] = strides[axis + 1] * extents[axis + 1]
    }
    return strides
  }

  public var description: String { "[\(extents.map(String.init).joined(separator: ", "))]" }
}
