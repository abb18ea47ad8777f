/// Nodes and the bends of long arrows, column by column: what is put in order and placed.
///
/// An arrow that passes columns bends in each; arrows of one node share their bends as far as they go
/// together.
struct DiagramCells {
  /// Something that takes room in a column.
  struct Cell {
    /// The node; nil for a bend.
    var node: Int?
    /// Its column.
    var column: Int
    /// Its width, and its height above and below the line of its arrows.
    var width, above, below: Double
    /// Where it stands before anything is known of its neighbours: what floats lowest.
    var level: Int
  }

  /// A piece of an arrow, from a column to the next.
  struct Piece {
    /// The cells of its ends.
    var from, to: Int
    /// How much it wants to be straight.
    var pull: Double
  }

  /// How far a twin's line lies below its node's.
  static let twinDrop = 37.0
  /// Half the height of boxes and circles.
  static let halfHeight = 15.0

  /// How much pieces of arrows want to be straight, by the bends among their ends: to what stands
  /// wherever there is room, to what continues the main way, and to all others.
  private static let floatingPull = [0.5, 0.1, 0.5], mainPull = [8.0, 2, 6], sidePull = [0.4, 1, 6]

  /// The cells: nodes in their order, then bends.
  private(set) var cells: [Cell]
  /// The pieces of all arrows, each once.
  private(set) var pieces: [Piece] = []
  /// For each arrow the cells on its way, its ends among them.
  private(set) var ways: [[Int]] = []
  /// The number of columns.
  let columnCount: Int

  /// Cuts arrows into pieces.
  ///
  /// Complexity: O(nodes + columns that arrows pass).
  init(_ diagram: Diagram, columns: [Int]) {
    columnCount = (columns.max() ?? -1) + 1
    let isOnMainWay = diagram.arrows.reduce(into: Set<Int>()) { found, arrow in
      found.insert(arrow.to)
      if arrow.isMain { found.insert(arrow.from) }
    }
    cells = diagram.nodes.indices.map { index in
      let node = diagram.nodes[index]
      let below = Self.halfHeight + (node.twin == nil ? 0 : Self.twinDrop)
      return Cell(
        node: index, column: columns[index], width: Self.width(of: node), above: Self.halfHeight,
        below: below, level: node.section == nil ? 0 : isOnMainWay.contains(index) ? 2 : 1)
    }
    var bends: [Int: [Int]] = [:]
    var isTwin = Set<Int>()
    for arrow in diagram.arrows where arrow.hasTwin { isTwin.insert(arrow.from) }
    var known: [Int: [Int: Int]] = [:]
    for arrow in diagram.arrows {
      var way = [arrow.from]
      let passed = columns[arrow.to] - columns[arrow.from] - 1
      while bends[arrow.from, default: []].count < passed {
        let floats = diagram.nodes[arrow.to].section == nil
        let column = columns[arrow.from] + bends[arrow.from, default: []].count + 1
        let drop = isTwin.contains(arrow.from) ? Self.twinDrop : 0
        bends[arrow.from, default: []].append(cells.count)
        cells.append(
          Cell(
            node: nil, column: column, width: 0, above: 4, below: 4 + drop, level: floats ? 0 : 2))
      }
      way += bends[arrow.from, default: []].prefix(passed)
      way.append(arrow.to)
      for (from, to) in zip(way, way.dropFirst()) {
        let bendCount = (cells[from].node == nil ? 1 : 0) + (cells[to].node == nil ? 1 : 0)
        let floats = diagram.nodes[arrow.to].section == nil
        let pull =
          floats
          ? Self.floatingPull[bendCount]
          : arrow.isMain ? Self.mainPull[bendCount] : Self.sidePull[bendCount]
        if let piece = known[from]?[to] {
          pieces[piece].pull = max(pieces[piece].pull, pull)
        } else {
          known[from, default: [:]][to] = pieces.count
          pieces.append(Piece(from: from, to: to, pull: pull))
        }
      }
      ways.append(way)
    }
  }

  /// The width that a node needs for its words.
  static func width(of node: Diagram.Node) -> Double {
    let words = max(LabelText.width(node.label), node.twin.map(LabelText.width) ?? 0)
    switch node.form {
    case .variable, .layer: return max(30, words + 12)
    case .operation: return words <= 20 ? 30 : words + 22
    }
  }
}
