internal import PartitaGraph

/// All prefixes of a graph of units, and which of them differ by one unit.
///
/// Rows are in ascending order of size, the empty set first and the whole one last; so a row comes
/// before all that contain it.
struct PrefixLattice {
  /// The prefixes.
  let pool: PrefixPool
  /// Where each row's covers begin: the rows that have one unit more.
  let firstCover: [Int32]
  /// The covers of all rows, one behind the other.
  let covers: [Int32]

  /// Lists the prefixes; nil where there are more than `limit`, or where the meter ends it.
  ///
  /// A row is found again by a hash that is the exclusive or of its units' random words (Zobrist,
  /// "A new hashing method with application for game playing", 1970), and by its bits.
  /// Complexity: O(prefixes · units).
  init?(_ graph: UnitGraph, limit: Int, meter: SearchMeter) {
    guard let all = PrefixPool.all(of: graph, limit: limit, meter: meter) else { return nil }
    let sizes = (0..<all.count).map(all.size)
    pool = all.picking(all.rows(bySize: sizes))
    var table = RowTable(graph, pool)
    for row in 0..<pool.count {
      if row & 0xff == 0, meter.isLate { return nil }
      table.insert(row)
    }

    var firstCover: [Int32] = [0]
    var covers: [Int32] = []
    firstCover.reserveCapacity(pool.count + 1)
    for row in 0..<pool.count {
      if row & 0xff == 0, meter.isLate { return nil }
      table.forEachCover(of: row) { covers.append(Int32($0)) }
      firstCover.append(Int32(covers.count))
    }
    self.firstCover = firstCover
    self.covers = covers
  }
}

extension PrefixPool {
  /// The rows in ascending order of size, by counting.
  fileprivate func rows(bySize sizes: [Int]) -> [Int] {
    var starts = Array(repeating: 0, count: (sizes.max() ?? 0) + 2)
    for size in sizes { starts[size + 1] += 1 }
    for size in 1..<starts.count { starts[size] += starts[size - 1] }
    var rows = Array(repeating: 0, count: sizes.count)
    for (row, size) in sizes.enumerated() {
      rows[starts[size]] = row
      starts[size] += 1
    }
    return rows
  }
}

/// Finds rows by their bits.
private struct RowTable {
  private let graph: UnitGraph
  private let pool: PrefixPool
  private let masks: [[UInt64]]
  /// A node of each unit that a unit reads.
  private let needs: [[Int]]
  private let words: [UInt64]
  private var slots: [Int32]
  private var hashes: [UInt64] = []

  init(_ graph: UnitGraph, _ pool: PrefixPool) {
    self.graph = graph
    self.pool = pool
    masks = graph.masks(words: pool.words)
    needs = graph.predecessors.map { $0.map { graph.units[$0][0] } }
    var random = SplitMix64(seed: 0)
    words = graph.units.map { _ in random.next() }
    var size = 16
    while size < 2 * pool.count { size *= 2 }
    slots = Array(repeating: -1, count: size)
  }

  mutating func insert(_ row: Int) {
    var hash: UInt64 = 0
    for unit in words.indices where pool.contains(row, graph.units[unit][0]) { hash ^= words[unit] }
    hashes.append(hash)
    var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
    slots[slot] = Int32(row)
  }

  /// The rows with one unit more.
  func forEachCover(of row: Int, _ body: (Int) -> Void) {
    for unit in words.indices {
      guard !pool.contains(row, graph.units[unit][0]),
        needs[unit].allSatisfy({ pool.contains(row, $0) })
      else { continue }
      let hash = hashes[row] ^ words[unit]
      var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
      while slots[slot] >= 0 {
        let other = Int(slots[slot])
        if hashes[other] == hash, isCover(other, of: row, with: unit) {
          body(other)
          break
        }
        slot = (slot + 1) & (slots.count - 1)
      }
    }
  }

  private func isCover(_ other: Int, of row: Int, with unit: Int) -> Bool {
    for word in 0..<pool.words
    where pool.bits[other * pool.words + word]
      != pool.bits[row * pool.words + word] | masks[unit][word]
    {
      return false
    }
    return true
  }
}
