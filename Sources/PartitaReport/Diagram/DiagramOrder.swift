/// The order of cells in their columns, lowest first, with few crossings.
///
/// Sweeps by barycentres (Sugiyama, Tagawa and Toda 1981), then exchanges of neighbours; the best order
/// seen stays. Nothing is drawn by chance: equal diagrams get equal orders.
struct DiagramOrder {
  /// For each column its cells, lowest first.
  private(set) var columns: [[Int]]
  private let left: [[Int]]
  private let right: [[Int]]
  private var place: [Int]

  /// Puts cells in order.
  ///
  /// Complexity: O(sweeps · pieces · log pieces).
  init(_ cells: DiagramCells) {
    let count = cells.cells.count
    columns = Array(repeating: [], count: cells.columnCount)
    for (index, cell) in cells.cells.enumerated() { columns[cell.column].append(index) }
    // Of several operands the first stands highest; what passes by stands above.
    func key(_ index: Int) -> (Int, Int) {
      let cell = cells.cells[index]
      return (cell.level, cell.node == nil ? index : -index)
    }
    for column in columns.indices { columns[column].sort { key($0) < key($1) } }
    var (left, right) = (
      Array(repeating: [Int](), count: count), Array(repeating: [Int](), count: count)
    )
    for piece in cells.pieces {
      left[piece.to].append(piece.from)
      right[piece.from].append(piece.to)
    }
    (self.left, self.right) = (left, right)
    place = Array(repeating: 0, count: count)
    for column in columns.indices { note(column) }
    improve()
    turn(cells)
  }

  /// Turns all upside down where more of what should be low would be low then: no crossing changes.
  private mutating func turn(_ cells: DiagramCells) {
    var wrong = 0
    for column in columns {
      let levels = column.map { cells.cells[$0].level }
      for (low, high) in zip(levels, levels.dropFirst()) {
        wrong += low > high ? 1 : low < high ? -1 : 0
      }
    }
    guard wrong > 0 else { return }
    for column in columns.indices {
      columns[column].reverse()
      note(column)
    }
  }

  private mutating func note(_ column: Int) {
    for (index, cell) in columns[column].enumerated() { place[cell] = index }
  }

  private mutating func improve() {
    exchange()
    var best = (columns: columns, crossings: crossings())
    var idle = 0
    for round in 0..<24 where idle < 6 && best.crossings > 0 {
      let order = round.isMultiple(of: 2) ? Array(columns.indices) : columns.indices.reversed()
      for column in order {
        sweep(column, by: round.isMultiple(of: 2) ? left : right)
      }
      exchange()
      let found = crossings()
      idle += 1
      if found < best.crossings {
        best = (columns, found)
        idle = 0
      }
    }
    columns = best.columns
    for column in columns.indices { note(column) }
  }

  /// Sorts a column by the mean place of its neighbours on one side; a cell without any stays.
  private mutating func sweep(_ column: Int, by neighbours: [[Int]]) {
    let cells = columns[column]
    let keyed = cells.filter { !neighbours[$0].isEmpty }.map { cell in
      let sum = neighbours[cell].reduce(0) { $0 + place[$1] }
      return (cell: cell, key: Double(sum) / Double(neighbours[cell].count), old: place[cell])
    }
    var sorted = keyed.sorted { ($0.key, $0.old) < ($1.key, $1.old) }.map(\.cell)[...]
    columns[column] = cells.map { cell in
      neighbours[cell].isEmpty ? cell : sorted.removeFirst()
    }
    note(column)
  }

  /// Exchanges neighbours as long as that takes crossings away.
  private mutating func exchange() {
    for column in columns.indices {
      for _ in 0..<3 {
        var isBetter = false
        for index in columns[column].indices.dropLast() {
          let (low, high) = (columns[column][index], columns[column][index + 1])
          let now = crossings(low, high)
          guard now > 0, crossings(high, low) < now else { continue }
          columns[column].swapAt(index, index + 1)
          (place[low], place[high]) = (place[high], place[low])
          isBetter = true
        }
        guard isBetter else { break }
      }
    }
  }

  /// The crossings of two cells' pieces, the first below the second.
  private func crossings(_ low: Int, _ high: Int) -> Int {
    var count = 0
    for side in [left, right] {
      for a in side[low] {
        for b in side[high] where place[a] > place[b] { count += 1 }
      }
    }
    return count
  }

  /// The crossings of all pieces: inversions, counted column by column with a tree of sums.
  func crossings() -> Int {
    var total = 0
    for column in columns.indices.dropLast() {
      let width = columns[column + 1].count
      var tree = Array(repeating: 0, count: width + 1)
      var seen = 0
      for cell in columns[column] {
        let ends = right[cell].map { place[$0] }
        for end in ends {
          var (notAbove, index) = (0, end + 1)
          while index > 0 {
            notAbove += tree[index]
            index &= index - 1
          }
          total += seen - notAbove
        }
        for end in ends {
          var index = end + 1
          while index <= width {
            tree[index] += 1
            index += index & -index
          }
          seen += 1
        }
      }
    }
    return total
  }
}
