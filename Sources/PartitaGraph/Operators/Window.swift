/// Two whole numbers, one for the rows of an image and one for its columns.
public struct RowsAndColumns: Hashable, Sendable, CustomStringConvertible,
  ExpressibleByIntegerLiteral
{
  /// The number for rows.
  public let rows: Int
  /// The number for columns.
  public let columns: Int

  /// Makes a pair.
  public init(rows: Int, columns: Int) { (self.rows, self.columns) = (rows, columns) }

  /// The same number for both.
  public init(_ both: Int) { self.init(rows: both, columns: both) }

  public init(integerLiteral both: Int) { self.init(both) }

  public var description: String { rows == columns ? "\(rows)" : "[\(rows), \(columns)]" }
}

/// Cells around an image, on each of its four sides.
public struct Margins: Hashable, Sendable, CustomStringConvertible, ExpressibleByIntegerLiteral {
  /// Rows above the image.
  public let top: Int
  /// Columns left of the image.
  public let left: Int
  /// Rows below the image.
  public let bottom: Int
  /// Columns right of the image.
  public let right: Int

  /// Makes margins of four widths.
  public init(top: Int, left: Int, bottom: Int, right: Int) {
    (self.top, self.left, self.bottom, self.right) = (top, left, bottom, right)
  }

  /// The same above as below, and left as right.
  public init(_ sides: RowsAndColumns) {
    self.init(top: sides.rows, left: sides.columns, bottom: sides.rows, right: sides.columns)
  }

  /// The same on all sides.
  public init(_ all: Int) { self.init(top: all, left: all, bottom: all, right: all) }

  public init(integerLiteral all: Int) { self.init(all) }

  /// The margins as two numbers, nil where opposite sides differ.
  public var sides: RowsAndColumns? {
    top == bottom && left == right ? RowsAndColumns(rows: top, columns: left) : nil
  }

  /// All four, in the order of the initialiser.
  var all: [Int] { [top, left, bottom, right] }

  public var description: String { sides?.description ?? "\(all)" }
}

/// How a two-dimensional window moves over an image: steps, zeros around it, gaps within it.
public struct Window: Hashable, Sendable, CustomStringConvertible {
  /// Rows and columns between two places of the window.
  public let stride: RowsAndColumns
  /// Rows and columns of zeros around the image.
  public let padding: Margins
  /// Rows and columns between two cells of the window; 1 leaves nothing out.
  public let dilation: RowsAndColumns
  /// Whether a last place is taken that reaches beyond the padding, as long as it begins on the
  /// image or before it (PyTorch's `ceil_mode`).
  public let roundsUp: Bool

  /// Makes a window's geometry; the shape rules refuse bad numbers.
  public init(
    stride: RowsAndColumns = 1, padding: Margins = 0, dilation: RowsAndColumns = 1,
    roundsUp: Bool = false
  ) {
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
    self.roundsUp = roundsUp
  }

  /// The places over an image of so many rows and columns for a window of `kernel`, nil where it
  /// doesn't fit.
  public func places(_ image: RowsAndColumns, kernel: RowsAndColumns) -> RowsAndColumns? {
    let (rows, columns) = (
      places(
        image.rows, kernel.rows, stride.rows, dilation.rows, padding.top, padding.bottom),
      places(
        image.columns, kernel.columns, stride.columns, dilation.columns, padding.left,
        padding.right)
    )
    guard let rows, let columns else { return nil }
    return RowsAndColumns(rows: rows, columns: columns)
  }

  private func places(
    _ extent: Int, _ kernel: Int, _ stride: Int, _ dilation: Int, _ before: Int, _ after: Int
  ) -> Int? {
    guard stride > 0, dilation > 0, before >= 0, after >= 0, kernel > 0 else { return nil }
    let room = Int.sum(.sum(extent, before), after) - .sum(.product(kernel - 1, dilation), 1)
    guard room >= 0 else { return nil }
    let whole = room / stride + 1
    return roundsUp && room % stride != 0 && whole * stride < extent + before ? whole + 1 : whole
  }

  public var description: String {
    "stride: \(stride), padding: \(padding)" + (dilation == 1 ? "" : ", dilation: \(dilation)")
      + (roundsUp ? ", rounding up" : "")
  }
}
