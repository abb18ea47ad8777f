/// How high each cell's line lies: arrows as straight as the order allows.
///
/// Each column in turn is placed as near to its neighbours as it can be, in the mean of squares weighed
/// by the arrows' pull, with cells no nearer than they need: isotonic regression by pooling (Ayer et al.
/// 1955).
struct DiagramPlaces {
  /// For each cell the height of its line; 0 is the lowest edge.
  private(set) var heights: [Double]
  private let cells: [DiagramCells.Cell]
  private let columns: [[Int]]
  private var left: [[(cell: Int, pull: Double)]]
  private var right: [[(cell: Int, pull: Double)]]

  /// The room between cells.
  static let gap = 13.0

  /// Places cells.
  ///
  /// Complexity: O(rounds · pieces).
  init(_ cells: DiagramCells, _ order: DiagramOrder) {
    self.cells = cells.cells
    columns = order.columns
    heights = Array(repeating: 0, count: cells.cells.count)
    left = Array(repeating: [], count: cells.cells.count)
    right = left
    for piece in cells.pieces {
      left[piece.to].append((piece.from, piece.pull))
      right[piece.from].append((piece.to, piece.pull))
    }
    for column in columns {
      let offsets = self.offsets(column)
      for (cell, offset) in zip(column, offsets) {
        // The highest, which is the main way most often, on one line.
        heights[cell] = offset - (offsets.last ?? 0)
      }
    }
    for round in 0..<(cells.cells.count < 1000 ? 100 : 24) {
      let forward = round.isMultiple(of: 2)
      for column in forward ? Array(columns.indices) : columns.indices.reversed() {
        settle(column, left: round >= 6 || forward, right: round >= 6 || !forward)
      }
    }
    straighten()
    let lowest = zip(heights, self.cells).map { $0 - $1.below }.min() ?? 0
    for cell in heights.indices { heights[cell] -= lowest }
  }

  /// How far above the lowest each cell of a column is at least.
  private func offsets(_ column: [Int]) -> [Double] {
    var (offsets, height) = ([Double](), 0.0)
    for (index, cell) in column.enumerated() {
      if index > 0 {
        let lower = cells[column[index - 1]]
        height += lower.above + Self.gap + cells[cell].below
      }
      offsets.append(height)
    }
    return offsets
  }

  private mutating func settle(_ column: Int, left usesLeft: Bool, right usesRight: Bool) {
    let wishes = columns[column].map { cell -> (height: Double, weight: Double) in
      var (sum, weight) = (0.02 * heights[cell], 0.02)
      for neighbour in (usesLeft ? left[cell] : []) + (usesRight ? right[cell] : []) {
        sum += neighbour.pull * heights[neighbour.cell]
        weight += neighbour.pull
      }
      return (sum / weight, weight)
    }
    place(column, wishes)
  }

  /// Makes one side's strongest arrows level where nothing is in the way.
  private mutating func straighten() {
    for column in columns.indices {
      let wishes = columns[column].map { cell -> (height: Double, weight: Double) in
        guard let strongest = left[cell].max(by: { $0.pull < $1.pull }) else {
          return (heights[cell], 0.01)
        }
        return (heights[strongest.cell], strongest.pull * strongest.pull * strongest.pull)
      }
      place(column, wishes)
    }
    for column in columns.indices.reversed() {
      let wishes = columns[column].map { cell -> (height: Double, weight: Double) in
        // A bend's or a source's line follows its reader; all others stay.
        guard left[cell].isEmpty, let next = right[cell].first, right[cell].count == 1,
          cells[next.cell].node != nil
        else { return (heights[cell], 10) }
        return (heights[next.cell], 0.01)
      }
      place(column, wishes)
    }
  }

  private mutating func place(_ column: Int, _ wishes: [(height: Double, weight: Double)]) {
    let offsets = offsets(columns[column])
    var pools: [(mean: Double, weight: Double, count: Int)] = []
    for (wish, offset) in zip(wishes, offsets) {
      var pool = (mean: wish.height - offset, weight: wish.weight, count: 1)
      while let last = pools.last, last.mean >= pool.mean {
        pools.removeLast()
        let weight = last.weight + pool.weight
        pool = (
          (last.mean * last.weight + pool.mean * pool.weight) / weight, weight,
          last.count + pool.count
        )
      }
      pools.append(pool)
    }
    var index = 0
    for pool in pools {
      for _ in 0..<pool.count {
        heights[columns[column][index]] = pool.mean + offsets[index]
        index += 1
      }
    }
  }
}
