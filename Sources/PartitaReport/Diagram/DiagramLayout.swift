/// Where everything of a diagram stands, in pixels from the upper left corner.
///
/// Columns from left to right (``DiagramColumns``), an order with few crossings in each
/// (``DiagramOrder``), heights that make arrows straight (``DiagramPlaces``). Arrows bend only between
/// columns, and pass columns on lines of their own, so no arrow crosses a label.
package struct DiagramLayout: Sendable {
  /// A box or a circle about a middle.
  package struct Place: Hashable, Sendable {
    /// The middle.
    package var x, y: Double
    /// The width and the height.
    package var width, height: Double
  }

  /// A point on an arrow's way, and the width that the way is straight over.
  struct Stop: Hashable, Sendable {
    var x, y: Double
    var level: Double
  }

  /// For each node its place.
  package private(set) var nodes: [Place] = []
  /// For each arrow its way, from border to border.
  private(set) var ways: [[Stop]] = []
  /// For each border its x.
  private(set) var borders: [Double] = []
  /// The size of all.
  package private(set) var width = 0.0, height = 0.0
  /// How far lines rise on their way right, pixels a pixel: level ones stand a little aslant.
  let slope: Double
  /// Crossings of arrows.
  package let crossings: Int

  /// How far below a node its twin's middle is.
  package static let twinDrop = DiagramCells.twinDrop
  /// The room about all.
  static let margin = 18.0
  /// Diagrams of so many columns or fewer rise from left to right, as the figures of textbooks do.
  private static let risingColumns = 18

  /// Lays a diagram out.
  package init(_ diagram: Diagram) {
    let columns = DiagramColumns(diagram)
    let cells = DiagramCells(diagram, columns: columns.columns)
    let order = DiagramOrder(cells)
    crossings = order.crossings()
    let heights = DiagramPlaces(cells, order).heights
    let spans = Self.spans(cells, heights)
    let slope = cells.columnCount <= Self.risingColumns ? 0.12 : 0
    self.slope = slope
    width = (spans.last?.upperBound ?? 0) + Self.margin
    func x(_ cell: Int) -> Double {
      let span = spans[cells.cells[cell].column]
      return (span.lowerBound + span.upperBound) / 2
    }
    func height(_ cell: Int) -> Double { heights[cell] + slope * x(cell) }
    let all = cells.cells.indices
    let top = all.map { height($0) + cells.cells[$0].above }.max() ?? 0
    let bottom = all.map { height($0) - cells.cells[$0].below }.min() ?? 0
    self.height = top - bottom + 2 * Self.margin
    func y(_ cell: Int) -> Double { Self.margin + top - height(cell) }
    nodes = diagram.nodes.indices.map { index in
      Place(
        x: x(index), y: y(index), width: DiagramCells.width(of: diagram.nodes[index]),
        height: 2 * DiagramCells.halfHeight)
    }
    ways = cells.ways.map { way in
      way.map { cell in
        let span = spans[cells.cells[cell].column]
        return Stop(x: x(cell), y: y(cell), level: span.upperBound - span.lowerBound)
      }
    }
    borders = diagram.borders.map { border in
      let floor = columns.floors[border.before] ?? 0
      guard floor > 0, floor - 1 < spans.count else { return 0 }
      return (spans[floor - 1].lowerBound + spans[floor - 1].upperBound) / 2
    }
  }

  /// From where to where each column stands.
  private static func spans(_ cells: DiagramCells, _ heights: [Double]) -> [ClosedRange<Double>] {
    var widths = Array(repeating: 16.0, count: cells.columnCount)
    for cell in cells.cells { widths[cell.column] = max(widths[cell.column], cell.width) }
    var climbs = Array(repeating: 0.0, count: cells.columnCount)
    for piece in cells.pieces {
      let column = cells.cells[piece.from].column
      climbs[column] = max(climbs[column], abs(heights[piece.from] - heights[piece.to]))
    }
    var spans: [ClosedRange<Double>] = []
    var x = margin
    for (column, width) in widths.enumerated() {
      spans.append(x...x + width)
      x += width + 20 + min(48, 0.1 * climbs[column])
    }
    return spans
  }
}
