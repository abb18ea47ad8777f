extension PrefixPool {
  /// The most words of a pool that is listed: 128 MiB.
  private static let mostWords = 1 << 24

  /// All prefixes of a graph of units, the empty and the whole set among them; nil where there are
  /// more than `limit`, or where the meter ends it.
  ///
  /// Each prefix is met once: it is built by adding units in ascending order, so from the prefix
  /// without its last unit.
  /// Complexity: O(prefixes · units).
  static func all(of graph: UnitGraph, limit: Int, meter: SearchMeter) -> PrefixPool? {
    var pool = PrefixPool(nodeCount: graph.nodeCount)
    let words = pool.words
    // Every unit is the last of some prefix.
    guard graph.count < limit, graph.count * words <= mostWords else { return nil }
    let limit = min(limit, mostWords / words)
    let masks = graph.masks(words: words)
    var row = Array(repeating: UInt64(0), count: words)
    pool.append(row)
    var path: [Int] = []
    var next = 0
    for step in 1... {
      if step & 0xff == 0, meter.isLate { return nil }
      if let unit = graph.nextUnit(from: next, row) {
        guard pool.count < limit else { return nil }
        for word in 0..<words { row[word] |= masks[unit][word] }
        pool.append(row)
        path.append(unit)
        next = unit + 1
      } else {
        guard let unit = path.popLast() else { return pool }
        for word in 0..<words { row[word] &= ~masks[unit][word] }
        next = unit + 1
      }
    }
    return nil
  }

  /// All prefixes where there are at most `limit`, else some along two orders of the units.
  static func some(of graph: UnitGraph, limit: Int, meter: SearchMeter) -> PrefixPool {
    all(of: graph, limit: limit, meter: meter) ?? .along(graph.orders, of: graph, most: limit)
  }

  /// The prefixes along orders of the units, each once, the empty and the whole set among them.
  ///
  /// - Parameters:
  ///   - orders: orders of the units.
  ///   - graph: the units.
  ///   - most: where an order has more prefixes, so many of them at equal distances.
  static func along(_ orders: [[Int]], of graph: UnitGraph, most: Int = .max) -> PrefixPool {
    let count = graph.count
    let keeps = (0..<count).map {
      count < most || ($0 + 1) * most / count > $0 * most / count
    }
    return along(orders, of: graph, keeps: keeps)
  }

  /// The prefixes behind some places of orders of the units.
  static func along(_ orders: [[Int]], of graph: UnitGraph, keeps: [Bool]) -> PrefixPool {
    var pool = PrefixPool(nodeCount: graph.nodeCount)
    var seen: Set<[UInt64]> = []
    for order in orders {
      var row = Array(repeating: UInt64(0), count: pool.words)
      if seen.insert(row).inserted { pool.append(row) }
      for (place, unit) in order.enumerated() {
        for node in graph.units[unit] { row[node >> 6] |= 1 << UInt64(node & 63) }
        let isKept = keeps[place] || place == order.count - 1
        if isKept, seen.insert(row).inserted { pool.append(row) }
      }
    }
    return pool
  }
}

extension UnitGraph {
  /// The nodes of each unit as bits.
  func masks(words: Int) -> [[UInt64]] {
    units.map { nodes in
      nodes.reduce(into: Array(repeating: UInt64(0), count: words)) { mask, node in
        mask[node >> 6] |= 1 << UInt64(node & 63)
      }
    }
  }

  /// The first unit from a number on that a set may take: it holds all that the unit reads.
  fileprivate func nextUnit(from first: Int, _ row: [UInt64]) -> Int? {
    (first..<max(first, count)).first { unit in
      predecessors[unit].allSatisfy { source in
        let node = units[source][0]
        return row[node >> 6] >> UInt64(node & 63) & 1 == 1
      }
    }
  }
}
